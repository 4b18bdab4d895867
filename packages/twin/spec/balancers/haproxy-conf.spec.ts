import { describe, expect, it } from 'vitest';
import { haproxyConf, markOf } from '../../src/balancers/haproxy-conf.ts';
import type { TwinLoadBalancer } from '../../src/state.ts';

const balancer: TwinLoadBalancer = {
  address: '10.0.0.10',
  check: { interval: 15, timeout: 10, retries: 3 },
  targets: [{ name: 'haproxy-01', address: '10.0.0.11' }, { name: 'haproxy-02', address: '10.0.0.12' }],
  ports: [5432, 6379],
};
const text = haproxyConf(balancer, '/s/socket');

describe('the configuration of a load balancer', () => {
  it('offers each port, with every target checked on that port', () => {
    expect(text).toBe(`global
  description ${markOf(text)}
  nbthread 1
  maxconn 4000
  user nobody
  group nogroup
  stats socket /s/socket mode 600 level operator expose-fd listeners

defaults
  mode tcp
  balance roundrobin
  retries 0
  timeout connect 10s
  timeout check 10s
  timeout client 24h
  timeout server 24h
  default-server check inter 15s fall 3 rise 3

listen 5432
  bind 10.0.0.10:5432
  server haproxy-01 10.0.0.11:5432
  server haproxy-02 10.0.0.12:5432

listen 6379
  bind 10.0.0.10:6379
  server haproxy-01 10.0.0.11:6379
  server haproxy-02 10.0.0.12:6379
`);
  });

  it('carries a mark that is another for every other configuration', () => {
    const others = [{ ...balancer, ports: [5432] }, { ...balancer, check: { ...balancer.check, retries: 2 } }, { ...balancer, targets: [] }];
    const marks = [text, ...others.map((one) => haproxyConf(one, '/s/socket'))].map((one) => /^ {2}description ([0-9a-f]{16})$/mu.exec(one)?.[1]);
    expect(new Set(marks).size).toBe(4);
    expect(marks).not.toContain(undefined);
    expect(marks[0]).toBe(markOf(text));
  });
});
