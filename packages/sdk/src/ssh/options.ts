import type { Secret } from '../credentials/secret.ts';
import type { Clock } from '../wait/index.ts';
import type { HostKey } from './host-key.ts';
import type { Target } from './target.ts';

/** What to do with a host whose key is not in the known hosts file. A key that changed is refused by all three. */
export type Pin =
  | 'strict'    // refused, with the fingerprint and what to type
  | 'first-use' // pinned and used
  | 'ask';      // `ask` decides; without it as strict

/** How hosts are reached, for one connection or for a whole pool. */
export interface ConnectOptions {
  /** The known hosts file of the stack, in OpenSSH's format; it need not exist yet. */
  readonly knownHosts: string;
  /** `strict` by default. */
  readonly pin?: Pin;
  /** Whether the operator trusts this key; the clocks of the connection stand still meanwhile. */
  readonly ask?: (target: Target, key: HostKey) => Promise<boolean>;
  /** The private key file to log in with; without it the SSH configuration's, those of `~/.ssh` and the agent's keys are tried. */
  readonly identityFile?: string | undefined;
  /** Asked for an encrypted key file, once per file, after all that needs no question were refused. */
  readonly passphrase?: (file: string) => Promise<Secret | undefined>;
  /** Socket of an agent, SSH_AUTH_SOCK by default; false: none. */
  readonly agent?: string | false;
  /** OpenSSH client configuration, `~/.ssh/config` by default; false: none. */
  readonly config?: string | false;
  /** The host through which all others are reached. */
  readonly jump?: Target | undefined;
  /** Password for sudo; without it users other than root need `NOPASSWD`. */
  readonly sudoPassword?: Secret | undefined;
  /** Milliseconds for one attempt to connect and log in, 10 000 by default. */
  readonly readyTimeout?: number;
  /** Milliseconds for the whole of connecting, its one retry included, 30 000 by default. */
  readonly within?: number;
  /** Milliseconds between two signs of life, 10 000 by default; after three without an answer the connection is lost. */
  readonly keepAlive?: number;
  /** Commands at once on one connection, 4 by default (the MaxSessions of a hardened sshd); others wait. */
  readonly channels?: number;
  /** Bytes one stream of one batch may carry, 8 MiB by default. */
  readonly outputLimit?: number;
  /** Takes secrets out of output before anybody sees it live. */
  readonly redact?: (text: string) => string;
  readonly clock?: Clock;
}
