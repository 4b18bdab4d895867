import { describe, expect, it } from 'vitest';
import { run } from '../src/run.ts';

describe('a program that is run', () => {
  it('receives its input and gives back both outputs', async () => {
    expect(await run(['sh', '-c', 'cat; echo warning >&2'], { input: 'hello' })).toEqual({ status: 0, stdout: 'hello', stderr: 'warning\n' });
  });

  it('that fails is told with what ran, its status, its last words and the next step', async () => {
    await expect(run(['sh', '-c', 'echo broken >&2; exit 3'], { next: 'mend it' })).rejects.toMatchObject({
      wanted: 'sh -c echo broken >&2; exit 3 to succeed',
      seen: 'status 3: broken',
      next: 'mend it',
    });
  });

  it('that is expected to fail is no error', async () => {
    expect((await run(['sh', '-c', 'exit 3'], { okay: [0, 3] })).status).toBe(3);
  });

  it('that does not end in time is killed, and the error says so', async () => {
    await expect(run(['sleep', '30'], { within: 50 })).rejects.toThrow('not finished within 50 ms');
  });

  it('that does not exist is named', async () => {
    await expect(run(['no-such-program-here'])).rejects.toThrow('wanted: no-such-program-here to succeed');
  });
});
