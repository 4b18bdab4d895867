import { base } from '@keybuzz/mod-base';
import { change, defineModule, fact, operation, perHost, sh, type Module, type ModuleDefinition, type Operation } from '@keybuzz/sdk';

type Definition = ModuleDefinition<typeof base.definition.config, string, unknown>;

/** The file is there; `line` makes it. */
export function there(path: string, line = `touch ${path}`): Operation {
  const now = fact({ name: path, command: sh`[ -e ${path} ]`, anyExit: true, parse: ({ code }) => code === 0 });
  return operation({ title: `${path} is there`, look: { now }, change: ({ now: is }) => [!is && change(sh`sh -c ${line}`, { summary: `make ${path}`, touches: [`file:${path}`] })] });
}

/** A module that makes a file named after itself on each host by itself. */
export function each(name: string, about: Partial<Definition> = {}): Module {
  return made(name, { install: perHost(async (host) => void (await host.ensure(there(`/tmp/${name}`)))), configure: perHost(async () => {}), ...about });
}

/** The same on all its hosts together, as a cluster does. */
export function together(name: string, about: Partial<Definition> = {}): Module {
  return made(name, { install: async ({ cluster }) => void (await cluster.each((host) => host.ensure(there(`/tmp/${name}`)))), ...about });
}

function made(name: string, about: Partial<Definition>): Module {
  const definition: Definition = {
    name, summary: name, requires: [], hosts: { query: 'all' }, config: base.definition.config, credentials: {}, ports: [],
    install: async () => {}, configure: async () => {}, test: async () => [], health: async () => [], ...about,
  };
  return defineModule(definition) as unknown as Module;
}
