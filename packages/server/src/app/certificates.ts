import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CertificateStore, type TlsCertificate } from '../platform/net/tls.ts';
import { makeSelfSigned } from '../platform/tls/self-signed.ts';
import type { Config } from './config/config.ts';
import type { DataFolder } from './data-folder.ts';

/** Names besides the server's own that a certificate made here is good for: this machine. */
const loopbackNames = ['localhost', '127.0.0.1', '::1'];

/** A certificate made here is replaced when it has less than this left, ms. */
const renewBeforeMs = 30 * 86_400_000;

function readPair(folder: DataFolder): TlsCertificate | null {
  try {
    return {
      cert: readFileSync(folder.certificate, 'utf8'),
      key: readFileSync(folder.certificateKey, 'utf8'),
    };
  } catch {
    return null;
  }
}

function stillGood(pair: TlsCertificate, names: readonly string[], now: number): boolean {
  try {
    const read = new X509Certificate(pair.cert);
    const fits = names.every(name => read.checkHost(name) !== undefined || read.checkIP(name) !== undefined);
    return fits && read.validToDate.getTime() - now > renewBeforeMs;
  } catch {
    return false;
  }
}

function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, content, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

/** Makes the certificate that vouches for itself, unless a good one lies there. Run by one process before the others start. */
export async function prepareCertificate(
  config: Config,
  folder: DataFolder,
  hostname: string,
  now: number,
): Promise<void> {
  if (config.tls.certificates.length > 0) return;
  const names = [...new Set([hostname, ...loopbackNames])];
  const known = readPair(folder);
  if (known && stillGood(known, names, now)) return;
  const { cert, key } = await makeSelfSigned({ names, now });
  writePrivate(folder.certificateKey, key);
  writePrivate(folder.certificate, cert);
}

/** The certificates of the configuration, else the one in the data directory. */
export function loadCertificates(config: Config, folder: DataFolder): CertificateStore {
  const configured = config.tls.certificates.map(pair => ({
    cert: readFileSync(pair.certificate, 'utf8'),
    key: readFileSync(pair.key, 'utf8'),
  }));
  if (configured.length > 0) return new CertificateStore(configured);
  const own = readPair(folder);
  if (!own) throw new Error(`no certificate in ${dirname(folder.certificate)}`);
  return new CertificateStore([own]);
}
