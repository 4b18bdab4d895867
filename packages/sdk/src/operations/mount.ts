import { Failure, sh, type Command } from '../command/index.ts';
import { change, operation, type Change, type Operation } from '../converge/index.ts';
import { blockDevice, type BlockDevice } from '../facts/block-device.ts';
import { mountState, type FstabLine, type MountState } from '../facts/mount.ts';
import { absolute } from './path.ts';

/** A file system and where it belongs. */
export interface MountOptions {
  /** `UUID=…`, `LABEL=…`, a device, or `tmpfs`. */
  readonly what: string;
  readonly where: string;
  readonly type: string;
  /** As in fstab; `defaults,nofail` when not said, so that a lost volume does not stop the boot. */
  readonly options?: string;
}

/** The file system is mounted there, now and after a boot. Nothing is ever formatted or unmounted for it. */
export function mount({ what, where, type, options = 'defaults,nofail' }: MountOptions): Operation {
  absolute(where);
  const wanted: FstabLine = { what, where, type, options };
  const onDevice = /^(UUID|LABEL|PARTUUID|PARTLABEL)=|^\/dev\//.test(what);
  const title = `${what} is mounted on ${where}`;
  if (!onDevice) return operation({ title, look: { now: mountState(where) }, change: ({ now }) => mounting(wanted, now, what) });
  return operation({
    title,
    look: { now: mountState(where), device: blockDevice(what) },
    change: ({ now, device }) => mounting(wanted, now, checked(wanted, device)),
  });
}

function checked({ what, where, type }: FstabLine, device: BlockDevice | undefined): string {
  if (device === undefined) throw new Failure('failed', `${what} should be mounted on ${where}, but the host has no such device`, { next: 'lsblk -o NAME,SIZE,FSTYPE,LABEL,UUID' });
  if (device.filesystem !== type) {
    throw new Failure('failed', `${device.path} should carry ${type}, but ${device.filesystem === '' ? 'no file system is on it' : `it carries ${device.filesystem}`}: nothing is formatted here`, {
      next: `mkfs.${type} ${device.path}   # if nothing on it is needed`,
    });
  }
  return device.path;
}

function mounting(wanted: FstabLine, { mounted, fstab }: MountState, source: string): readonly Change[] {
  const { what, where, type, options } = wanted;
  if (mounted !== undefined && (mounted.type !== type || (mounted.what !== source && mounted.what !== what))) {
    throw new Failure('failed', `${where} should carry ${what} (${type}), but ${mounted.what} (${mounted.type}) is mounted there`, { next: `umount ${where}   # if nothing on it is in use` });
  }
  const line = inFstab(wanted);
  const changes: Change[] = [];
  if (fstab.length !== 1 || fstab.map(inFstab)[0] !== line) {
    changes.push(change(replaced(where, line), {
      summary: `mount ${what} on ${where} at every boot`,
      touches: ['file:/etc/fstab'],
      difference: { kind: 'value', what: '/etc/fstab', from: fstab.map(inFstab).join('; ') || 'nothing', to: line },
    }));
  }
  const touches = [`mount:${where}`];
  if (mounted === undefined) {
    changes.push(change(sh`mkdir -p ${where} && mount ${where}`, { summary: `mount ${what} on ${where}`, touches, difference: { kind: 'value', what: where, from: 'not mounted', to: what } }));
    return changes;
  }
  const missing = options.split(',').filter((option) => effective.has(option) && !mounted.options.includes(option));
  if (missing.length > 0) {
    changes.push(change(sh`mount -o remount ${where}`, { summary: `remount ${where} with ${missing.join(',')}`, touches, difference: { kind: 'value', what: where, from: mounted.options.join(','), to: options } }));
  }
  return changes;
}

/** Options that a mount shows and a remount can change. */
const effective = new Set(['ro', 'rw', 'noatime', 'relatime', 'nodiratime', 'nosuid', 'nodev', 'noexec']);

/** The fields of a line; blanks are written as fstab wants them. */
function inFstab({ what, where, type, options }: FstabLine): string {
  return [what, where, type, options].map((field) => field.replaceAll(' ', String.raw`\040`)).join('\t');
}

/** The only line of fstab for a place. systemd learns of it, or it would unmount by its old knowledge. */
function replaced(where: string, line: string): Command {
  const field = where.replaceAll(' ', String.raw`\040`);
  return sh`touch /etc/fstab && awk -v where=${field.replaceAll('\\', '\\\\')} '$2 != where || /^[[:space:]]*#/' /etc/fstab >/etc/fstab.keybuzz && printf '%s\t0\t0\n' ${line} >>/etc/fstab.keybuzz && chmod 644 /etc/fstab.keybuzz && mv -fT /etc/fstab.keybuzz /etc/fstab && { [ ! -d /run/systemd/system ] || systemctl daemon-reload; }`;
}
