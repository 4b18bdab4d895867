/** A failure told in full: what was wanted, what was seen, on which host if one, and what to type next. */
export class TwinError extends Error {
  readonly wanted: string;
  readonly seen: string;
  readonly host: string | undefined;
  readonly next: string;

  constructor(told: { wanted: string; seen: string; host?: string; next: string }) {
    const where = told.host === undefined ? '' : ` (host ${told.host})`;
    super(`wanted: ${told.wanted}${where}\nseen: ${told.seen}\nnext: ${told.next}`);
    this.name = 'TwinError';
    this.wanted = told.wanted;
    this.seen = told.seen;
    this.host = told.host;
    this.next = told.next;
  }
}
