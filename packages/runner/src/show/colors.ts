import picocolors from 'picocolors';

const { FORCE_COLOR = '', NO_COLOR = '', TERM } = process.env;
const terminal = process.stdout.isTTY && process.stderr.isTTY && TERM !== 'dumb';

/** Colours where both streams are a terminal that has them and NO_COLOR is not set; FORCE_COLOR sets them anywhere else. */
export const colors: ReturnType<typeof picocolors.createColors> = picocolors.createColors(NO_COLOR === '' && (terminal || !['', '0'].includes(FORCE_COLOR)));
