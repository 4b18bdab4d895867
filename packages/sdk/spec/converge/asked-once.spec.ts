import { describe, expect, it } from 'vitest';
import { sh, type Command, type Result, type Session } from '../../src/command/index.ts';
import { fact, meant, read } from '../../src/converge/index.ts';
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

describe('an answer that means one thing to one and another to another', () => {
  const length = meant(said(sh`uname`), { name: 'its length', of: ({ length: counted }) => counted });

  it('is asked for once', async () => {
    const { session, ran } = counting();
    const shared = said(sh`uname`);
    const [loud, long] = [meant(shared, { name: 'in capitals', of: (text) => text.toUpperCase() }), meant(shared, { name: 'its length', of: (text) => text.length })];
    const seen = await read(session, [shared, loud, long]);
    expect([seen(shared), seen(loud), seen(long), ran()]).toEqual(['uname!', 'UNAME!', 6, ['uname']]);
  });

  it('is a failure by its own name where it means nothing, which concerns nobody else', async () => {
    const odd = meant(length, { name: 'half of it', of: () => { throw new Error('it is odd'); } });
    const { session } = counting();
    const [one, other] = await Promise.allSettled([read(session, [odd]), read(session, [length])]);
    expect([one.status === 'rejected' && (one.reason as Error).message, other.status]).toEqual(['could not read half of it: it is odd', 'fulfilled']);
  });
});
