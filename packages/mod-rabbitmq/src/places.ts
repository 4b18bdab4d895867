/** Where things are on a node; Debian's places. */
export const places = {
  configuration: '/etc/rabbitmq/rabbitmq.conf',
  environment: '/etc/rabbitmq/rabbitmq-env.conf',
  plugins: '/etc/rabbitmq/enabled_plugins',
  cookie: '/var/lib/rabbitmq/.erlang.cookie',
  database: '/var/lib/rabbitmq/mnesia',
  interNode: '/etc/rabbitmq/inter_node_tls.config',
} as const;

/** What a node proves itself with to the others. */
export const identityPlaces = {
  folder: '/etc/rabbitmq/inter_node',
  authority: '/etc/rabbitmq/inter_node/ca.pem',
  certificate: '/etc/rabbitmq/inter_node/node.pem',
  key: '/etc/rabbitmq/inter_node/node.key',
} as const;

/** The service that runs a node. */
export const service = 'rabbitmq-server';

/** What a node reads when it starts. Certificates are not among these: Erlang reads them for each connection. */
export const nodeFiles: readonly string[] = [places.configuration, places.environment, places.plugins, places.cookie, places.interNode, `/etc/systemd/system/${service}.service.d/keybuzz.conf`];

/** The Erlang name of the node on a host: its short name, which /etc/hosts has everywhere. */
export function nodeName(host: string): string {
  return `rabbit@${host}`;
}

/** The host of a node's Erlang name. */
export function hostOf(node: string): string {
  return node.replace(/^[^@]*@/, '');
}
