import { sh } from '../command/index.ts';
import { change, operation, type Operation } from '../converge/index.ts';
import { swapState } from '../facts/swap.ts';

const line = String.raw`^[[:space:]]*[^#[:space:]][^[:space:]]*[[:space:]]+[^[:space:]]+[[:space:]]+swap([[:space:]]|$)`;

/** Nothing is swapped, now and after a boot: lines of fstab are commented out, units masked; no file and no partition is removed. */
export function swapOff(): Operation {
  return operation({
    title: 'swap is off',
    look: { now: swapState() },
    change: ({ now: { active, fstab, units } }) => [
      fstab.length > 0 &&
        change(sh`sed -i -E --follow-symlinks ${`/${line}/s/^/# no swap (keybuzz): /`} /etc/fstab`, {
          summary: 'comment swap out of /etc/fstab',
          touches: ['file:/etc/fstab'],
          difference: { kind: 'value', what: '/etc/fstab', from: fstab.join('; '), to: 'commented out' },
        }),
      units.length > 0 &&
        // A unit of the operator's own stands where the mask has to go: it is moved aside.
        change(
          sh`for unit in ${units}; do [ -L "/etc/systemd/system/$unit" ] || [ ! -f "/etc/systemd/system/$unit" ] || mv "/etc/systemd/system/$unit" "/etc/systemd/system/$unit.keybuzz-off" || exit 1; done; systemctl daemon-reload && systemctl mask --now ${units}`,
          { summary: `mask ${units.join(', ')}`, touches: units.map((unit) => `unit:${unit}`), within: swappingIn },
        ),
      active.length > 0 &&
        change(sh`swapoff ${active}`, {
          summary: `swap off ${active.join(', ')}`,
          touches: ['swap'],
          difference: { kind: 'value', what: 'swap', from: active.join(', '), to: 'off' },
          within: swappingIn,
        }),
    ],
  });
}

/** Everything that was swapped out has to be read back. */
const swappingIn = 600_000;
