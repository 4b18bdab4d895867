import { holds, type Outcome } from '@keybuzz/sdk';
import { withClient } from './client.ts';

/** The server itself lets nobody in like this, and says why: a way that is cut would not do. */
export async function refusal(to: Parameters<typeof withClient>[0], { code, saying = '' }: { code: string; saying?: string }): Promise<Outcome> {
  try {
    await withClient(to, () => Promise.resolve());
    return holds(false, 'it was let in');
  } catch (error) {
    const seen = error as Error & { code?: string };
    return holds(seen.code === code && seen.message.includes(saying), `${seen.code ?? 'no code'}: ${seen.message}`);
  }
}
