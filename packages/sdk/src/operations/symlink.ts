import { sh } from '../command/index.ts';
import { change, operation, type Operation } from '../converge/index.ts';
import { pathState } from '../facts/files.ts';
import { absolute, candidateOf, refuseOther } from './path.ts';

/** The path is a symbolic link to the target, in place of the file or link that stood there. */
export function symlink(path: string, target: string): Operation {
  const candidate = candidateOf(absolute(path));
  return operation({
    title: `${path} leads to ${target}`,
    look: { now: pathState(path) },
    change: ({ now }, turn) => {
      refuseOther(now, { path, wanted: `a link to ${target}`, over: ['file', 'symlink'], turn });
      if (now.kind === 'symlink' && now.target === target) return [];
      // Made aside and renamed: at no moment does the path lead nowhere.
      return [change(sh`ln -sfnT -- ${target} ${candidate} && mv -T ${candidate} ${path} || { code=$?; rm -f ${candidate}; exit $code; }`, {
        summary: `link ${path} to ${target}`,
        touches: [`file:${path}`],
        difference: { kind: 'value', what: path, from: now.kind === 'missing' ? 'nothing' : now.target || `a ${now.kind}`, to: target },
      })];
    },
  });
}
