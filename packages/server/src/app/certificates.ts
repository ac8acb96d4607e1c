import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CertificateStore, type TlsCertificate } from '../platform/net/tls.ts';
import { makeSelfSigned } from '../platform/tls/self-signed.ts';
import type { Config } from './config/config.ts';
import type { DataFolder } from './data-folder.ts';
import { StartError } from './start-error.ts';

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

/**
 * The certificates of the configuration, else the one in the data directory; with `stored` ones (uploaded, or made by
 * ACME) for their names. The default one is that of the configuration, else a stored one for `hostname`, else the one that
 * vouches for itself. Throws when one cannot be read.
 */
export function readCertificates(
  config: Config,
  folder: DataFolder,
  hostname = '',
  stored: readonly TlsCertificate[] = [],
): TlsCertificate[] {
  const configured = config.tls.certificates.map(pair => ({
    cert: readText(pair.certificate),
    key: readText(pair.key),
  }));
  if (configured.length > 0) return [...configured, ...stored];
  const own = stored.filter(({ cert }) => new X509Certificate(cert).checkHost(hostname) !== undefined);
  const others = stored.filter(pair => !own.includes(pair));
  const made = { cert: readText(folder.certificate), key: readText(folder.certificateKey) };
  return [...own, made, ...others];
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError('serve.file_unreadable', { file, reason }, { cause: error });
  }
}

/** The same as handshakes use them. */
export function loadCertificates(config: Config, folder: DataFolder): CertificateStore {
  return new CertificateStore(readCertificates(config, folder));
}
