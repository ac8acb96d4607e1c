import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from '../../src/domains/certificates/acme/transport.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';

/** Pebble, the ACME server for tests, as Debian packages it. */
export interface Pebble extends AsyncDisposable {
  readonly directory: string;
  /** PEM of what its own certificate is to be trusted by. */
  readonly ca: string;
  /** File of the same. */
  readonly caFile: string;
  /** Port on which it expects http-01 answers. */
  readonly httpPort: number;
}

export function hasPebble(): boolean {
  try {
    execFileSync('which', ['pebble'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  server.close();
  await once(server, 'close');
  return port;
}

export interface PebbleOptions {
  /** `address:port` of the name server that it asks. */
  readonly dns: string;
  readonly httpPort?: number;
  /** Accounts of its own that it asks for (RFC 8555 §7.3.4): key identifier and key, base64url. */
  readonly bindings?: Readonly<Record<string, string>>;
  /** In how many of a hundred requests it refuses the nonce. */
  readonly badNonces?: number;
}

export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-pebble-'));
  const { cert, key } = await makeSelfSigned({ names: ['localhost', '127.0.0.1'], now: Date.now() });
  const caFile = join(folder, 'cert.pem');
  writeFileSync(caFile, cert);
  writeFileSync(join(folder, 'key.pem'), key);
  const port = await freePort();
  const httpPort = options.httpPort ?? (await freePort());
  const { bindings } = options;
  const config = {
    pebble: {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${await freePort()}`,
      certificate: caFile,
      privateKey: join(folder, 'key.pem'),
      httpPort,
      tlsPort: await freePort(),
      ocspResponderURL: '',
      externalAccountBindingRequired: bindings !== undefined,
      ...(bindings && { externalAccountMACKeys: bindings }),
    },
  };
  const file = join(folder, 'pebble.json');
  writeFileSync(file, JSON.stringify(config));
  const child: ChildProcess = spawn('pebble', ['-config', file, '-dnsserver', options.dns], {
    stdio: 'ignore',
    env: {
      ...process.env,
      PEBBLE_VA_NOSLEEP: '1',
      PEBBLE_WFE_NONCEREJECT: String(options.badNonces ?? 0),
      PEBBLE_AUTHZREUSE: '0',
    },
  });
  const gone = once(child, 'exit');
  const directory = `https://127.0.0.1:${port}/dir`;
  const get = createTransport(cert);
  for (let attempt = 0; ; attempt += 1) {
    try {
      if ((await get({ method: 'GET', url: directory })).status === 200) break;
    } catch (error) {
      if (attempt > 100) throw error;
    }
    await sleep(100);
  }
  return {
    directory,
    ca: cert,
    caFile,
    httpPort,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}
