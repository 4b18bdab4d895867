import { describe, expect, it } from 'vitest';
import { checkBalancers } from '../../src/addresses.ts';
import { balancerFiles, balancerNamespace, balancerPort } from '../../src/balancers/names.ts';
import type { TwinLoadBalancer } from '../../src/state.ts';

const at = (address: string): TwinLoadBalancer => ({ address, check: { interval: 3, timeout: 1, retries: 2 }, targets: [], ports: [] });

describe('what a load balancer is called', () => {
  it('begins with the twin, and fits into the 15 characters of a network card', () => {
    expect(balancerNamespace('kb-123456', at('10.0.0.10'))).toBe('kb-123456-lb0-10');
    expect(balancerPort(at('10.0.255.254'))).toBe('l255-254');
    expect(balancerFiles('kb-123456', at('10.0.0.10')).socket).toMatch(/\/kb-123456\/balancers\/10\.0\.0\.10\/socket$/u);
  });
});

describe('the address of a load balancer', () => {
  it('is its own', () => {
    expect(() => checkBalancers([at('10.0.0.10'), at('10.0.0.20')], ['10.0.0.250', '10.0.0.11'])).not.toThrow();
  });

  it.each([
    ['of a host', [at('10.0.0.11')], '10.0.0.11 is used twice'],
    ['of another load balancer', [at('10.0.0.10'), at('10.0.0.10')], '10.0.0.10 is used twice'],
    ['outside of the private network', [at('192.0.2.1')], '192.0.2.1'],
  ])('is refused when it is the one %s', (_, balancers, seen) => {
    expect(() => checkBalancers(balancers, ['10.0.0.250', '10.0.0.11'])).toThrow(expect.objectContaining({ seen, wanted: 'a load balancer at a free address in 10.0.0.0/16' }));
  });
});
