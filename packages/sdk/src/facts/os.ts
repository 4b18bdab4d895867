import { Command } from '../command/index.ts';
import { fact, type Fact } from '../converge/index.ts';

/** What a host runs and what it runs on. Texts that the host does not tell are empty. */
export interface OperatingSystem {
  /** `debian`, `ubuntu` … */
  readonly id: string;
  /** `13`, `24.04` … */
  readonly version: string;
  /** `trixie`, `noble` … */
  readonly codename: string;
  /** For people: `Debian GNU/Linux 13 (trixie)`. */
  readonly name: string;
  /** As Debian names it: `amd64`, `arm64`; otherwise as the kernel does. */
  readonly architecture: string;
  readonly kernel: string;
  /** `none`, a container's manager (`systemd-nspawn`, `docker`, `lxc` …), or a machine's maker and model (`Hetzner vServer`). */
  readonly virtualization: string;
}

const architectures: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

// Shell built-ins only: no fork, except for uname on kernels before 6.1.
const ask = new Command(
  [
    'tell() { [ -r "$2" ] && IFS= read -r value <"$2" && printf \'%s=%s\\n\' "$1" "$value"; }',
    '[ -r /etc/os-release ] && while IFS= read -r line; do printf \'%s\\n\' "$line"; done </etc/os-release',
    'tell kernel /proc/sys/kernel/osrelease; tell maker /sys/class/dmi/id/sys_vendor; tell model /sys/class/dmi/id/product_name',
    'tell architecture /proc/sys/kernel/arch || printf \'architecture=%s\\n\' "$(uname -m)"',
    '[ -e /.dockerenv ] && printf \'container=docker\\n\'',
    '[ -r /run/systemd/container ] && { IFS= read -r value </run/systemd/container; printf \'container=%s\\n\' "$value"; }; :',
  ].join('\n'),
);

const asked: Fact<OperatingSystem> = fact({
  name: 'operating system',
  command: ask,
  parse: ({ stdout }) => {
    const told = new Map([...stdout.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, unquoted(value ?? '')]));
    const machine = told.get('architecture') ?? '';
    const model = [told.get('maker'), told.get('model')].filter(Boolean).join(' ');
    return {
      id: told.get('ID') ?? '',
      version: told.get('VERSION_ID') ?? '',
      codename: told.get('VERSION_CODENAME') ?? '',
      name: told.get('PRETTY_NAME') ?? '',
      architecture: architectures[machine] ?? machine,
      kernel: told.get('kernel') ?? '',
      virtualization: told.get('container') ?? (model === '' ? 'none' : model),
    };
  },
});

/** Release, architecture, kernel and virtualization of the host. */
export function os(): Fact<OperatingSystem> {
  return asked;
}

const unquoted = (value: string): string => value.trim().replace(/^(["'])(.*)\1$/, '$2');
