import { storeOfEngine } from '@hongyan/testkit/stores/databases.ts';
import type { Config } from '../../src/app/config/config.ts';
import { defaultConfig } from '../../src/app/config/load.ts';

/** Ports that the system chooses. */
const ports = {
  smtp: 0,
  submission: 0,
  submissions: 0,
  imap: 0,
  imaps: 0,
  pop3: 0,
  pop3s: 0,
  sieve: 0,
  web: 0,
};

/** The settings of a whole server in this process: its rows in the engine of the run, hashes that cost little. */
export function testConfig(data: string, more: Partial<Config> = {}): Config {
  const base = defaultConfig();
  return {
    ...base,
    data,
    listen: { ...base.listen, ...ports, hosts: ['127.0.0.1'] },
    access: { ...base.access, hashMemory: 1024 * 1024, hashPasses: 1 },
    store: { ...base.store, ...storeOfEngine(data) },
    ...more,
  };
}
