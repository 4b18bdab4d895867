import { asFailure, certificateDays, certificateProbe, fact, sh, type Fact, type Host, type OpenHost, type Probe } from '@keybuzz/sdk';
import { backendFacts, backendProbes, backendsOn } from './backends.ts';
import { port } from './ports.ts';
import { probe } from './probe.ts';
import { poolerTls } from './tls.ts';

/** The ways to PostgreSQL on this proxy, and its pooler, which is asked for a connection; never a throw. */
export async function proxyHealth(host: OpenHost, members: number): Promise<(leader: string | undefined) => readonly Probe[]> {
  const [answers, days] = [poolerAnswers(host), certificateDays(poolerTls.certificate)];
  try {
    const seen = await host.read([...backendFacts, answers, days]);
    return (leader) => [
      ...backendProbes(backendsOn(host.name, seen), { members, leader }),
      probe('PgBouncer takes a connection', { host: host.name, seen: seen(answers) ? 'yes' : 'no', ok: seen(answers), wanted: 'yes', otherwise: 'down' }),
      certificateProbe(host.name, { days: seen(days) }),
    ];
  } catch (error) {
    return () => [probe('answers over SSH', { host: host.name, seen: asFailure(error).message, ok: false, wanted: 'yes', otherwise: 'down' })];
  }
}

/** Whether somebody gets to the pooler as PostgreSQL's clients do, up to TLS, and it proves who it is. */
function poolerAnswers({ address }: Host): Fact<boolean> {
  return fact({
    name: 'pooler',
    command: sh`timeout 5 openssl s_client -starttls postgres -connect ${`${address}:${port.pooler}`} -CAfile ${poolerTls.authority} -verify_ip ${address} -verify_return_error`,
    anyExit: true,
    parse: ({ code }) => code === 0,
  });
}
