import { describe, expect, it } from 'vitest';
import { sh, type Command, type Result, type Session } from '../../src/command/index.ts';
import { fact, madeOf, nothingKnown, read, reader } from '../../src/converge/index.ts';
import { Secret } from '../../src/credentials/index.ts';

function counting(): { session: Session; ran: () => readonly string[] } {
  const ran: string[] = [];
  const run = async (commands: readonly Command[]): Promise<readonly Result[]> => {
    ran.push(...commands.map(({ text }) => text));
    return commands.map(({ text }) => ({ code: 0, stdout: `${text}!`, stderr: '' }));
  };
  return { session: { host: 'a', run } as unknown as Session, ran: () => ran };
}

const said = (command: Command) => fact({ name: 'said', command, parse: ({ stdout }) => stdout });

describe('facts that are read by the same command', () => {
  it('have it run once, and each reads the answer', async () => {
    const { session, ran } = counting();
    const [one, two, other] = [said(sh`uname`), said(sh`uname`), said(sh`id`)];
    const seen = await read(session, [one, two, other]);
    expect([seen(one), seen(two), seen(other)]).toEqual(['uname!', 'uname!', 'id!']);
    expect(ran()).toEqual(['uname', 'id']);
  });

  it('have it run for each input', async () => {
    const { session, ran } = counting();
    const asked = ['a', Secret.of('m/a', 'a'), 'b'].map((input) => said(sh`cat`.stdin(input)));
    await read(session, asked);
    expect(ran()).toEqual(['cat', 'cat']);
  });
});

describe('what a host has answered', () => {
  const lengths = reader<number>({ name: 'lengths', command: (words) => sh`lengths ${words}`, parse: (_, words) => new Map(words.map((word) => [word, word.length])) });

  it('is not asked again while nothing changes: neither a command, nor a key of a reader', async () => {
    const { session, ran } = counting();
    const known = nothingKnown();
    await read(session, [lengths('a'), said(sh`id`)], known);
    const seen = await read(session, [lengths('a'), lengths('bb'), said(sh`id`)], known);
    expect([seen(lengths('a')), seen(lengths('bb'))]).toEqual([1, 2]);
    expect(ran()).toEqual(['lengths a', 'id', 'lengths bb']);
  });

  it('is asked again otherwise', async () => {
    const { session, ran } = counting();
    await read(session, [said(sh`id`)]);
    await read(session, [said(sh`id`)]);
    expect(ran()).toEqual(['id', 'id']);
  });

  it('is one answer for all that is made of it, of which what cannot be made is alone', async () => {
    const { session, ran } = counting();
    const [one, two] = [said(sh`cat a`), said(sh`cat b`)];
    const [length, both, broken] = [madeOf('length', [one], (text) => text.length), madeOf('both', [one, two], (a, b) => a + b), madeOf('document', [one], (text) => JSON.parse(text) as unknown)];
    const known = nothingKnown();
    await expect(read(session, [length, both, broken], known)).rejects.toThrow('could not read document: ');
    const seen = await read(session, [length, both], known);
    expect([seen(length), seen(both)]).toEqual([6, 'cat a!cat b!']);
    expect(ran()).toEqual(['cat a', 'cat b']);
  });
});
