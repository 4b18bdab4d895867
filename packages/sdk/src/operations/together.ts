import type { Operation } from '../converge/index.ts';

/** One state made of several: each is looked at and changed in this order, and counts for those after it. */
export function together(title: string, operations: readonly Operation[]): Operation {
  return {
    title,
    facts: operations.flatMap(({ facts }) => facts),
    changes: (seen, turn) => {
      const touched = [...turn.touched];
      return operations.flatMap((each) => {
        const changes = each.changes(seen, { touched });
        for (const { touches } of changes) touched.push(...touches);
        return changes;
      });
    },
  };
}
