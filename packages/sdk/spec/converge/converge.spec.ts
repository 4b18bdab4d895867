import { describe, expect, it } from 'vitest';
import { Failure, sh, type Command } from '../../src/command/index.ts';
import { change, converge, fact, once, operation, together, when, type Applied, type ConvergeOptions, type Fact, type Operation } from '../../src/converge/index.ts';
import { fakeHost, type FakeHost } from '../../src/testing/index.ts';

const text = (path: string): Fact<string> => fact({ name: `text of ${path}`, command: sh`[ ! -e ${path} ] || cat ${path}`, parse: ({ stdout }) => stdout });

/** The file says this; `write` is how it is done, for the cases where that goes wrong. */
function says(path: string, content: string, write: Command = sh`printf %s ${content} >${path}`): Operation {
  return operation({
    title: `${path} says ${content}`,
    look: { now: text(path) },
    change: ({ now }) => [now !== content && change(write, { summary: `write ${path}`, touches: [`file:${path}`], difference: { kind: 'text', path, present: text(path), wanted: content } })],
  });
}

function run(host: FakeHost, operations: readonly Operation[], about: Partial<ConvergeOptions> = {}): Promise<readonly Applied[]> {
  return converge(operations, { session: host, mode: 'apply', touched: [], redact: (line) => line, onChange: () => {}, ...about });
}

describe('converge', () => {
  it('looks, applies, and looks again: two reads and one batch of changes', async () => {
    const host = fakeHost();
    const told: Applied[] = [];
    const applied = await run(host, [says('/srv/a', 'one'), says('/srv/b', 'two')], { onChange: (each) => told.push(each) });
    expect(applied.map(({ summary, state }) => `${state}: ${summary}`)).toEqual(['done: write /srv/a', 'done: write /srv/b']);
    expect(told).toEqual(applied);
    expect(await host.execute('cat /srv/a /srv/b')).toMatchObject({ code: 0, stdout: 'onetwo' });
    expect(host.transcript.filter(({ command }) => command.startsWith('printf'))).toHaveLength(2);
    expect(host.transcript.filter(({ command }) => command.includes('cat /srv/a'))).toHaveLength(3);
  });

  it('reads once and changes nothing when all is as wanted', async () => {
    const host = fakeHost({ files: { '/srv/a': 'one' } });
    const before = host.machine.changes;
    expect(await run(host, [says('/srv/a', 'one')])).toEqual([]);
    expect(host.transcript).toHaveLength(1);
    expect(host.machine.changes).toBe(before);
  });

  it('asks a fact that two operations share only once', async () => {
    const host = fakeHost({ files: { '/srv/a': 'one' } });
    const shared = text('/srv/a');
    const asks = (title: string): Operation => operation({ title, look: { now: shared }, change: () => [] });
    await run(host, [asks('first'), asks('second')]);
    expect(host.transcript).toHaveLength(1);
  });

  it('goes on for as many rounds as new changes come, such as a file that only makes sense after another', async () => {
    const host = fakeHost();
    const after = operation({
      title: '/srv/b follows /srv/a',
      look: { first: text('/srv/a'), now: text('/srv/b') },
      change: ({ first, now }) => [first === 'one' && now !== 'two' && sh`printf two >/srv/b`],
    });
    const applied = await run(host, [after, says('/srv/a', 'one')]);
    expect(applied.map(({ operation: title }) => title)).toEqual(['/srv/a says one', '/srv/b follows /srv/a']);
  });

  it('fails as notConverged, naming the change, when what was done did not help', async () => {
    const host = fakeHost();
    const failure = await run(host, [says('/srv/a', 'one', sh`true`)]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ kind: 'notConverged', message: '/srv/a says one: still not so after it was done: write /srv/a', context: { operation: '/srv/a says one', command: 'true' } });
  });

  it('stops at the first change that fails, with its exit status, its last words and what was done before', async () => {
    const host = fakeHost();
    const told: Applied[] = [];
    const operations = [says('/srv/a', 'one'), says('/srv/b', 'two', sh`echo no space >&2; exit 3`), says('/srv/c', 'three')];
    const failure = await run(host, operations, { onChange: (each) => told.push(each) }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'failed', message: 'write /srv/b: exit 3\nno space', context: { operation: '/srv/b says two', result: { code: 3 } } });
    expect(told.map(({ summary, state }) => `${state}: ${summary}`)).toEqual(['done: write /srv/a', 'failed: write /srv/b']);
    expect(await host.execute('ls /srv')).toMatchObject({ stdout: 'a\n' });
  });

  it('fails when a fact cannot be read, and says which', async () => {
    const unreadable = operation({ title: 'x', look: { now: fact({ name: 'the answer', command: sh`frobnicate --answer`, parse: () => 42 }) }, change: () => [] });
    const failure = await run(fakeHost(), [unreadable]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'failed', message: 'could not read the answer: exit 127' });
  });

  it('tells the operations what was touched before them in this run', async () => {
    const host = fakeHost();
    const seen: string[][] = [];
    const watches = operation({ title: 'watches', look: { now: text('/srv/a') }, change: (_, turn) => {
      seen.push([...turn.touched]);
      return [];
    } });
    const touched = ['unit:ssh'];
    await run(host, [says('/srv/a', 'one'), watches], { touched });
    expect(seen[0]).toEqual(['unit:ssh', 'file:/srv/a']);
    expect(touched).toEqual(['unit:ssh', 'file:/srv/a']);
  });

  it('finds its machine again after a cut: the next run completes what was half done', async () => {
    const host = fakeHost();
    host.cutAfter(1);
    await expect(run(host, [says('/srv/a', 'one'), says('/srv/b', 'two')])).rejects.toMatchObject({ kind: 'connectionLost' });
    const again = await run(host, [says('/srv/a', 'one'), says('/srv/b', 'two')]);
    expect(again.at(-1)).toMatchObject({ summary: 'write /srv/b', state: 'done' });
    expect(await host.execute('cat /srv/a /srv/b')).toMatchObject({ stdout: 'onetwo' });
  });
});

describe('converge in plan mode', () => {
  it('tells every change and makes none', async () => {
    const host = fakeHost({ files: { '/srv/a': 'zero\n' } });
    const before = host.state();
    const applied = await run(host, [says('/srv/a', 'one\n'), says('/srv/b', 'two\n')], { mode: 'plan' });
    expect(applied.map(({ summary, state }) => `${state}: ${summary}`)).toEqual(['planned: write /srv/a', 'planned: write /srv/b']);
    expect(applied[0]?.difference).toBe('--- /srv/a\n+++ /srv/a\n@@ -1,1 +1,1 @@\n-zero\n+one');
    expect(host.state()).toEqual(before);
  });

  it('masks secrets, also those of an old file that the store does not know any more', async () => {
    const host = fakeHost({ files: { '/srv/a': 'user = app\npassword = oldSecretValue\n' } });
    const redact = (line: string): string => line.replaceAll('newSecretValue', '[secret app/password]');
    const [applied] = await run(host, [says('/srv/a', 'user = app\npassword = newSecretValue\n')], { mode: 'plan', redact });
    expect(applied?.difference).toContain('+password = [secret app/password]');
    expect(applied?.difference).toContain('-password = [masked]');
    expect(applied?.difference).not.toMatch(/SecretValue/);
  });

  it('shows values as what turns into what', async () => {
    const wanted = operation({ title: 'x', look: { now: text('/srv/a') }, change: () => [change(sh`true`, { difference: { kind: 'value', what: 'vm.swappiness', from: '60', to: '10' } })] });
    const [applied] = await run(fakeHost(), [wanted], { mode: 'plan' });
    expect(applied?.difference).toBe('vm.swappiness: 60 -> 10');
  });
});

describe('operations made of operations', () => {
  it('once is done, and never again when its guard says it was', async () => {
    const host = fakeHost();
    const joined = fact({ name: 'joined', command: sh`[ -e /srv/joined ]`, anyExit: true, parse: ({ code }) => code === 0 });
    const join = once({ title: 'joined', unless: joined, do: [sh`touch /srv/joined`] });
    expect(await run(host, [join])).toHaveLength(1);
    expect(await run(host, [join])).toEqual([]);
  });

  it('when asks first, and does nothing elsewhere', async () => {
    const host = fakeHost({ files: { '/srv/kind': 'container' } });
    const wanted = when(text('/srv/kind'), (kind) => kind === 'machine', says('/srv/a', 'one'));
    expect(await run(host, [wanted])).toEqual([]);
    await host.execute('printf machine >/srv/kind');
    expect(await run(host, [wanted])).toHaveLength(1);
  });

  it('together counts the touches of its first for its second', async () => {
    const second = operation({ title: 'second', look: { now: text('/srv/b') }, change: ({ now }, { touched }) => [now === '' && sh`printf %s ${touched.join()} >/srv/b`] });
    const host = fakeHost();
    const applied = await run(host, [together('both', [says('/srv/a', 'one'), second])]);
    expect(applied.map(({ operation: title }) => title)).toEqual(['both', 'both']);
    expect(await host.execute('cat /srv/b')).toMatchObject({ stdout: 'file:/srv/a' });
  });
});
