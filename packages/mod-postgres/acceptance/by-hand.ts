import type { AcceptanceTwin } from '@keybuzz/twin/acceptance';

/** Passwords of a cluster that somebody made without this tool, by their names in the old installer's files. */
export const handMade = { POSTGRES_SUPERPASS: 'super-made-by-hand-0001', POSTGRES_APP_PASS: 'app-made-by-hand-000002', POSTGRES_REPL_PASS: 'repl-made-by-hand-00003', PATRONI_API_PASSWORD: 'api-made-by-hand-000004' } as const;

/** A database host of it. */
export interface Member {
  readonly name: string;
  readonly address: string;
}

/**
 * A Patroni cluster on etcd, with a table of 1000 rows, made with the packages of the distribution and a shell: in the places
 * where this tool would put it, and otherwise as a person would write it, with Patroni's own timers. Returns its authority, key and certificate.
 */
export async function madeByHand(twin: AcceptanceTwin, members: readonly Member[]): Promise<string> {
  const [first] = members;
  if (first === undefined) throw new Error('a cluster needs a member');
  await Promise.all(members.map(({ name }) => twin.on(name, software)));
  await twin.on(first.name, certificates(members));
  for (const { name } of members) {
    const files = await twin.on(first.name, `tar -C /root/made/${name} -c . | base64 -w 0`);
    await twin.on(name, `echo ${files} | base64 -d | tar -C /etc/keybuzz/postgres -x && ${owners}`);
  }
  await Promise.all(members.map((member) => twin.on(member.name, etcd(member, members))));
  await twin.on(first.name, patroni(first, members));
  await twin.on(first.name, `${untilReady}\n${content}`);
  await Promise.all(members.slice(1).map((member) => twin.on(member.name, `${patroni(member, members)}\n${untilReady}`)));
  return twin.on(first.name, 'cat /root/made/ca.key /root/made/ca.pem; rm -r /root/made');
}

const software = `export DEBIAN_FRONTEND=noninteractive
install -d /etc/postgresql-common /etc/keybuzz/postgres
echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
apt-get update -q >/dev/null
apt-get install -qy postgresql-17 postgresql-17-pgvector patroni etcd-server etcd-client python3-etcd openssl curl >/dev/null 2>&1
systemctl stop patroni etcd
install -d -o postgres -m 700 /opt/keybuzz/postgres/data
install -d -o etcd -m 700 /var/lib/etcd/keybuzz`;

const certificates = (members: readonly Member[]): string => `set -e
mkdir -p /root/made && cd /root/made
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=Databases of KeyBuzz' -keyout ca.key -out ca.pem 2>/dev/null
${members.map(({ name, address }) => `mkdir ${name}
openssl req -newkey rsa:2048 -nodes -subj '/CN=${name}' -keyout ${name}/server.key -out ${name}.csr 2>/dev/null
printf 'subjectAltName=DNS:${name},IP:${address},IP:127.0.0.1\\nextendedKeyUsage=serverAuth,clientAuth\\n' >${name}.ext
openssl x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 400 -extfile ${name}.ext -out ${name}/server.pem 2>/dev/null
cp ca.pem ${name}/ && cp ${name}/server.key ${name}/etcd.key`).join('\n')}`;

const owners = 'cd /etc/keybuzz/postgres && chown root:root ca.pem server.pem && chown postgres:postgres server.key && chown etcd:etcd etcd.key && chmod 600 server.key etcd.key';

const etcd = ({ name, address }: Member, members: readonly Member[]): string => `cat >/etc/default/etcd <<'END'
# three of these, see the wiki
ETCD_NAME="${name}"
ETCD_DATA_DIR="/var/lib/etcd/keybuzz"
ETCD_LISTEN_PEER_URLS="https://${address}:2380"
ETCD_LISTEN_CLIENT_URLS="https://${address}:2379,https://127.0.0.1:2379"
ETCD_INITIAL_ADVERTISE_PEER_URLS="https://${address}:2380"
ETCD_ADVERTISE_CLIENT_URLS="https://${address}:2379"
ETCD_INITIAL_CLUSTER="${members.map((each) => `${each.name}=https://${each.address}:2380`).join(',')}"
ETCD_INITIAL_CLUSTER_TOKEN="databases"
ETCD_INITIAL_CLUSTER_STATE="new"
ETCD_CLIENT_CERT_AUTH="true"
ETCD_PEER_CLIENT_CERT_AUTH="true"
ETCD_CERT_FILE="/etc/keybuzz/postgres/server.pem"
ETCD_KEY_FILE="/etc/keybuzz/postgres/etcd.key"
ETCD_TRUSTED_CA_FILE="/etc/keybuzz/postgres/ca.pem"
ETCD_PEER_CERT_FILE="/etc/keybuzz/postgres/server.pem"
ETCD_PEER_KEY_FILE="/etc/keybuzz/postgres/etcd.key"
ETCD_PEER_TRUSTED_CA_FILE="/etc/keybuzz/postgres/ca.pem"
END
systemctl enable -q etcd && systemctl restart etcd`;

const patroni = ({ name, address }: Member, members: readonly Member[]): string => `cat >/etc/patroni/config.yml <<'END'
scope: "keybuzz-pg"
namespace: "/keybuzz/"
name: ${name}
restapi:
  listen: 0.0.0.0:8008
  connect_address: ${address}:8008
  certfile: /etc/keybuzz/postgres/server.pem
  keyfile: /etc/keybuzz/postgres/server.key
  authentication: {username: patroni, password: ${handMade.PATRONI_API_PASSWORD}}
etcd3:
  hosts: ${members.map((each) => `${each.address}:2379`).join(',')}
  protocol: https
  cacert: /etc/keybuzz/postgres/ca.pem
  cert: /etc/keybuzz/postgres/server.pem
  key: /etc/keybuzz/postgres/server.key
bootstrap:
  dcs:
    ttl: 30
    loop_wait: 10
    retry_timeout: 10
    postgresql:
      use_pg_rewind: false
      parameters: {max_connections: 100, wal_level: replica, ssl: on, ssl_cert_file: /etc/keybuzz/postgres/server.pem, ssl_key_file: /etc/keybuzz/postgres/server.key, ssl_ca_file: /etc/keybuzz/postgres/ca.pem}
  initdb: [{encoding: UTF8}, {locale: C.UTF-8}, data-checksums]
postgresql:
  listen: 0.0.0.0:5432
  connect_address: ${address}:5432
  data_dir: "/opt/keybuzz/postgres/data"
  bin_dir: /usr/lib/postgresql/17/bin
  authentication:
    superuser: {username: postgres, password: ${handMade.POSTGRES_SUPERPASS}}
    replication: {username: kb_repl, password: ${handMade.POSTGRES_REPL_PASS}}
  pg_hba:
    - local all all peer
    - host all all 127.0.0.1/32 scram-sha-256
    - host replication kb_repl 10.0.0.0/16 scram-sha-256
    - host all all 10.0.0.0/16 scram-sha-256
END
chown postgres: /etc/patroni/config.yml && chmod 600 /etc/patroni/config.yml
systemctl enable -q patroni && systemctl restart patroni`;

/** Ends when the member runs, or fails after two minutes. */
const untilReady = `for each in $(seq 120); do curl -sf --cacert /etc/keybuzz/postgres/ca.pem https://127.0.0.1:8008/readiness >/dev/null && break; sleep 1; done; [ "$each" -lt 120 ]`;

const content = `runuser -u postgres -- psql -XqAt <<'END'
CREATE ROLE kb_app LOGIN PASSWORD '${handMade.POSTGRES_APP_PASS}';
CREATE ROLE kb_admin LOGIN SUPERUSER CREATEDB CREATEROLE PASSWORD '${handMade.POSTGRES_SUPERPASS}';
CREATE DATABASE keybuzz OWNER kb_app;
\\c keybuzz
SET ROLE kb_app;
CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n;
END`;
