import { Failure, sh } from '../command/index.ts';
import { change, operation, predicted, type Operation, type Turn } from '../converge/index.ts';
import { pathState, type PathState } from '../facts/files.ts';
import { absolute } from './path.ts';

/** Nothing stands at the path. A directory with something in it is only removed when `recursive` is said, and never one of the top level. */
export function absent(path: string, options: { recursive?: boolean } = {}): Operation {
  const { recursive = false } = options;
  if (absolute(path) === '/' || (recursive && path.lastIndexOf('/') === 0)) {
    throw new Failure('badConfig', `${path} cannot be removed${recursive ? ' with all that is in it' : ''}: it belongs to the system`);
  }
  return operation({
    title: `${path} is absent`,
    look: { now: pathState(path) },
    change: ({ now }, turn) => {
      if (now.kind === 'missing') return [];
      refuseContent(path, now, { recursive, turn });
      const remove = now.kind !== 'directory' ? sh`rm -f ${path}` : recursive ? sh`rm -rf --one-file-system ${path}` : sh`rmdir ${path}`;
      const what = now.kind === 'directory' ? `${path}/${now.empty ? '' : ' and all that is in it'}` : path;
      return [change(remove, {
        summary: `remove ${what}`,
        touches: [`file:${path}`],
        difference: { kind: 'value', what: path, from: now.kind === 'symlink' ? `a link to ${now.target}` : `a ${now.kind}`, to: 'nothing' },
      })];
    },
  });
}

function refuseContent(path: string, now: PathState, about: { recursive: boolean; turn: Turn }): void {
  if (now.kind !== 'directory' || now.empty || about.recursive) return;
  if (predicted(about.turn).some((touch) => touch.startsWith(`file:${path}/`))) return;
  throw new Failure('failed', `${path} should be absent, but it is a directory with something in it`, { next: `ls -la ${path}` });
}
