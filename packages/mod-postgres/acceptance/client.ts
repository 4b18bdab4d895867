/** A shell's words that ask, through the load balancer and as a client that checks nothing but the encryption, what comes after them. */
export function asks(user: string, { password, port = 5432 }: { password: string; port?: number }): string {
  return `PGPASSWORD=${password} /usr/lib/postgresql/17/bin/psql 'host=10.0.0.10 port=${port} user=${user} dbname=keybuzz sslmode=require connect_timeout=5' -XAtc`;
}

/** The same, that ends when as many clients are connected to the host as a role as wanted, such as `-eq 0`, and prints how many. */
export function untilConnected(role: string, wanted: string): string {
  const count = `runuser -u postgres -- psql -XAtc "select count(*) from pg_stat_activity where usename = '${role}'"`;
  return `for i in $(seq 120); do n=$(${count}); [ "$n" ${wanted} ] && break; sleep 1; done; echo "$n"`;
}
