/** Where things are on a node; Debian's places. */
export const places = {
  configuration: '/etc/rabbitmq/rabbitmq.conf',
  environment: '/etc/rabbitmq/rabbitmq-env.conf',
  plugins: '/etc/rabbitmq/enabled_plugins',
  cookie: '/var/lib/rabbitmq/.erlang.cookie',
  database: '/var/lib/rabbitmq/mnesia',
} as const;

/** The service that runs a node. */
export const service = 'rabbitmq-server';

/** What a node reads when it starts. */
export const nodeFiles: readonly string[] = [places.configuration, places.environment, places.plugins, places.cookie, `/etc/systemd/system/${service}.service.d/keybuzz.conf`];

/** The Erlang name of the node on a host: its short name, which /etc/hosts has everywhere. */
export function nodeName(host: string): string {
  return `rabbit@${host}`;
}

/** The host of a node's Erlang name. */
export function hostOf(node: string): string {
  return node.replace(/^[^@]*@/, '');
}
