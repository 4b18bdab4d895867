import { operation, predicted, together, type Operation } from '../converge/index.ts';
import { short, withSuffix } from '../facts/unit-name.ts';
import { unitOutdated } from '../facts/units.ts';
import { directory } from './directory.ts';
import { file } from './file.ts';
import { daemonReload } from './systemctl.ts';

/** The folder of the administrator's units; what is there outranks what packages bring. */
export const unitFolder = '/etc/systemd/system';

/** The unit is defined by this text and systemd has read it. Running processes stay as they are: fresh() restarts them. */
export function unitFile(name: string, content: string): Operation {
  const unit = withSuffix(name);
  const path = `${unitFolder}/${unit}`;
  return together(`systemd knows ${unit} as written`, [file(path, content), read(unit, [path])]);
}

/** The unit has these settings besides its own, under a name, and systemd has read them. Running processes stay as they are. */
export function dropIn(unit: string, name: string, content: string): Operation {
  const full = withSuffix(unit);
  const folder = `${unitFolder}/${full}.d`;
  const path = `${folder}/${name.replace(/\.conf$/, '')}.conf`;
  return together(`${short(full)} has the settings of ${path.slice(folder.length + 1)}`, [directory(folder), file(path, content), read(full, [path])]);
}

function read(unit: string, paths: readonly string[]): Operation {
  return operation({
    title: `systemd has read ${unit}`,
    look: { outdated: unitOutdated(unit) },
    change: ({ outdated }, turn) => {
      const touched = predicted(turn);
      const written = Math.max(...paths.map((path) => touched.lastIndexOf(`file:${path}`)));
      const pending = written > touched.lastIndexOf('systemd:units');
      return [(pending || outdated) && daemonReload];
    },
  });
}
