import * as v from 'valibot';
import { sh } from '../../src/command/index.ts';
import { change, fact, operation, type Operation } from '../../src/converge/index.ts';
import { defineModule, type Module, type ModuleDefinition } from '../../src/module/index.ts';

export const config = v.strictObject({ size: v.optional(v.number(), 1) });

type Definition = ModuleDefinition<typeof config, string, unknown>;

/** A module that does nothing, but for what a spec gives it. */
export function plain(name: string, about: Partial<Definition> = {}): Module<typeof config, unknown> {
  return defineModule<typeof config, string, unknown>({
    name,
    summary: name,
    requires: [],
    hosts: { query: 'all' },
    config,
    credentials: {},
    ports: [],
    install: async () => {},
    configure: async () => {},
    test: async () => [],
    health: async () => [],
    ...about,
  });
}

/** The file is there; the line says how it is made. */
export function there(path: string, line = `touch ${path}`): Operation {
  const now = fact({ name: path, command: sh`[ -e ${path} ]`, anyExit: true, parse: ({ code }) => code === 0 });
  return operation({ title: `${path} is there`, look: { now }, change: ({ now: is }) => [!is && change(sh`sh -c ${line}`, { summary: `make ${path}`, touches: [`file:${path}`] })] });
}
