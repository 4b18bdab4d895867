/** The file with what is common to all: process, defaults, statistics. */
export const mainFile = '/etc/haproxy/haproxy.cfg';

/** One fragment a module; HAProxy reads those whose name ends in .cfg and begins with no dot, in alphabetical order. */
export const fragments = '/etc/haproxy/conf.d';

/** Options that the unit of the distribution adds to its command lines: start, and check before a reload. */
export const unitDefaults = '/etc/default/haproxy';

/** Where the running process answers; root and its own group may ask. */
export const runtimeSocket = '/run/haproxy/admin.sock';

/** What a new process begins with of its servers' states; in a folder of root's, for the process does not stay root. */
export const serverStates = '/run/haproxy-server-states';
