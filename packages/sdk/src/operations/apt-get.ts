import { Command, sh } from '../command/index.ts';
import { change, type Change, type Turn } from '../converge/index.ts';

/** Seconds that apt and dpkg wait while another process, such as the nightly upgrade, holds their lock. */
export const lockWait = 300;

/** apt-get that asks nothing, keeps configuration files that were edited, restarts nothing by itself and waits for its lock. */
export const aptGet: Command = new Command([
  'NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none UCF_FORCE_CONFFOLD=1',
  `apt-get -q -y -o DPkg::Lock::Timeout=${lockWait} -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 -o APT::Keep-Downloaded-Packages=false`,
  '-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold',
].join(' '));

/** The command, tried again while another process holds the lock it needs: the lists of apt and dpkg itself cannot wait. */
export function patiently(command: Command): Command {
  const text = `
tries=0
while ! said=$( ( ${command.text} ) 2>&1 ); do
  case $said in *'ould not get lock'* | *' lock '*' locked by '*) tries=$((tries + 1)) ;; *) tries=${lockWait} ;; esac
  [ $tries -lt ${lockWait} ] || { printf '%s\\n' "$said" >&2; exit 100; }
  sleep 1
done`;
  return new Command(text.trim());
}

/** The package lists are fetched, unless that was done in this run after the last change of the sources. */
export function freshIndex({ touched }: Turn): Change | false {
  const sources = touched.findLastIndex((touch) => touch.startsWith('file:/etc/apt/'));
  if (touched.lastIndexOf('apt:index') > sources) return false;
  // By default apt succeeds with the lists it has when a source cannot be reached, and then finds no package.
  return change(patiently(sh`${aptGet} -o APT::Update::Error-Mode=any update`), { summary: 'apt-get update', touches: ['apt:index'], within: 600_000 });
}

/** What dpkg left unfinished is finished. */
export const configured: Command = patiently(sh`dpkg --force-confdef --force-confold --configure -a`);
