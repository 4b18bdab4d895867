# The 23 base states of the benchmark, as pyinfra wants them; site.yml and states.ts want the same.
from io import StringIO

from pyinfra import host
from pyinfra.operations import apt, files, server, systemd

F = "files"
apt.packages(packages="curl gnupg jq htop rsync cron logrotate fail2ban auditd ufw iptables unattended-upgrades ca-certificates sudo".split())
files.link(path="/etc/localtime", target="/usr/share/zoneinfo/Europe/Paris")
files.put(src=f"{F}/timezone", dest="/etc/timezone", mode="644")
files.put(src=StringIO(f"{host.data.short}\n"), dest="/etc/hostname", mode="644")
files.put(src="hosts.bench", dest="/etc/hosts.bench", mode="644")
files.put(src=f"{F}/sysctl.conf", dest="/etc/sysctl.d/90-bench.conf", mode="644")
files.put(src=f"{F}/limits.conf", dest="/etc/security/limits.d/90-bench.conf", mode="644")
files.directory(path="/etc/systemd/journald.conf.d", mode="755")
files.put(src=f"{F}/journald.conf", dest="/etc/systemd/journald.conf.d/40-bench.conf", mode="644")
files.put(src=f"{F}/sshd.conf", dest="/etc/ssh/sshd_config.d/90-bench.conf", mode="600")
files.put(src=f"{F}/jail.local", dest="/etc/fail2ban/jail.d/bench.local", mode="644")
files.put(src=f"{F}/audit.rules", dest="/etc/audit/rules.d/90-bench.rules", mode="640")
files.put(src=f"{F}/20bench", dest="/etc/apt/apt.conf.d/19bench", mode="644")
files.put(src=f"{F}/logrotate", dest="/etc/logrotate.d/bench", mode="644")
server.group(group="ops")
server.user(user="deploy", groups=["ops"], shell="/bin/bash")
files.put(src=f"{F}/sudoers", dest="/etc/sudoers.d/deploy", mode="440")
files.directory(path="/opt/bench", mode="750")
files.put(src=f"{F}/env", dest="/opt/bench/env", mode="600")
files.line(path="/etc/fstab", line=r".*\sswap\s.*", present=False)
systemd.service(service="ssh", running=True, enabled=True)
systemd.service(service="fail2ban", running=True, enabled=True)
systemd.service(service="cron", running=True, enabled=True)
