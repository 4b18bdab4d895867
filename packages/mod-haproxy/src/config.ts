import { isIPv4 } from 'node:net';
import * as v from 'valibot';

const whole = (description: string, about: { value: number; from: number; to: number }) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(about.from), v.maxValue(about.to), v.description(description)), about.value);

const ipv4 = v.check<string, string>((address) => isIPv4(address), 'an IPv4 address of the private network');
const duration = v.regex(/^[1-9]\d*(s|m|h|d)$/, 'a number and s, m, h or d, such as 30m');

/** What can be said of HAProxy; a stack without `loadBalancer` has its clients connect to the hosts themselves. */
export const config = v.strictObject({
  loadBalancer: v.optional(
    v.strictObject({
      address: v.pipe(v.string(), ipv4, v.description('Address of the load balancer in front of both hosts; no host ever binds it')),
      // The ranges are those of Hetzner's API.
      check: v.optional(
        v.pipe(
          v.strictObject({
            interval: whole('Seconds between two checks of a host', { value: 3, from: 3, to: 60 }),
            timeout: whole('Seconds until a check has failed; not longer than the interval', { value: 2, from: 1, to: 60 }),
            retries: whole('Failed checks until a host gets no connections', { value: 1, from: 1, to: 5 }),
          }),
          v.check(({ interval, timeout }) => timeout <= interval, 'a timeout that is not longer than the interval'),
        ),
        {},
      ),
    }),
  ),
  statsPort: whole('Port of the statistics page and of the Prometheus metrics, on the private address of each host', { value: 8404, from: 1, to: 65_535 }),
  // Each connection is two open files, and systemd lets a service have 524 288: no drop-in is ever needed.
  maxConnections: whole('Connections that one host proxies at the same time', { value: 4096, from: 1, to: 250_000 }),
  drain: v.optional(v.pipe(v.string(), duration, v.description('How long after a reload connections made before it may go on; what is left then is closed')), '1h'),
});

export type HaproxyConfig = v.InferOutput<typeof config>;
