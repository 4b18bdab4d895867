import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { use } from '@keybuzz/sdk';
import { describeModule, fakeCluster } from '@keybuzz/sdk/testing';
import { postgres } from '../src/index.ts';
import { FakePostgres } from './fake-postgres.ts';

const fake = new FakePostgres();
const cluster = fake.join(fakeCluster({ 'db/postgres': 3, 'lb/internal-haproxy': 2 }, fake.options));

// What initdb or a base backup left half done when the power went is moved beside the data directory.
const setAside = /^\/opt\/keybuzz\/postgres\/unfinished-/;

// The first makes the cluster, the others join it; both proxies are the same.
const alike = ['postgres-03', 'internal-haproxy-02'];

describeModule(postgres, { cluster, setAside, alike, with: [use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } })] });
