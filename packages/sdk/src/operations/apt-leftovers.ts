import { change, type Change, type Seen } from '../converge/index.ts';
import { aptState, startBan } from '../facts/apt.ts';
import { configured } from './apt-get.ts';
import { withoutStarts } from './start-ban.ts';

/** What an interrupted run left in apt's way is gone; services whose start was forbidden then are not started now. */
export function leftovers(seen: Seen): Change[] {
  const { interrupted, banLeft } = seen(aptState);
  const about = { touches: ['apt:dpkg'], within: 900_000 };
  if (banLeft) return [change(withoutStarts(configured), { ...about, summary: `finish what an interrupted install left, and remove ${startBan.path}` })];
  return interrupted ? [change(configured, { ...about, summary: 'finish what an interrupted dpkg left' })] : [];
}
