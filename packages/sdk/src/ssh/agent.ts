import type { BaseAgent, IdentityCallback, ParsedKey } from 'ssh2';

/** One key that an agent holds. */
export interface AgentKey {
  readonly label: string;
  readonly agent: BaseAgent;
  /** Base64, as in the `.pub` file. */
  readonly publicKey: string;
}

/** The keys of the agent behind the socket; none when it does not answer. */
export async function agentKeys(socket: string): Promise<readonly AgentKey[]> {
  const { createAgent } = (await import('ssh2')).default;
  const agent = createAgent(socket);
  const keys = await new Promise<readonly ParsedKey[]>((resolve) => {
    agent.getIdentities((error, found) => resolve(error ? [] : ((found ?? []) as ParsedKey[])));
  });
  return keys.map((key) => {
    // An agent that has this key alone: sshd counts every key that it refuses, so the order must be ours.
    const single = Object.create(agent, { getIdentities: { value: (answer: IdentityCallback) => answer(undefined, [key]) } }) as BaseAgent;
    return { label: `agent key ${key.comment === '' ? key.type : key.comment}`, agent: single, publicKey: key.getPublicSSH().toString('base64') };
  });
}
