import { existsSync } from 'node:fs';

/** The specs of the SSH layer have a real sshd to speak to, installed if need be and never run by the machine itself; where that cannot be, they are skipped and say so. */
export async function sshdForSpecs(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || existsSync('/usr/sbin/sshd')) return;
  // Only here, so that a broken twin does not keep the checks from running.
  const { installPackages } = await import('@keybuzz/twin');
  console.error('installing openssh-server for the specs of the SSH layer; its service is left disabled');
  try {
    await installPackages(['openssh-server']);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
}
