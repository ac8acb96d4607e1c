import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { domainToKey } from '../../directory/address.ts';
import { MailError } from '../../platform/errors.ts';

/** A certificate with its key, found to be good. */
export interface CheckedPair {
  /** PEM, own certificate first. */
  readonly chain: string;
  readonly key: KeyObject;
  /** DNS names, lower case; may begin with `*.`. */
  readonly names: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Octets of an upload, and certificates in a chain. */
const limits = { bytes: 128 * 1024, chain: 10, names: 200 };

const begin = '-----BEGIN CERTIFICATE-----';
const end = '-----END CERTIFICATE-----';

/** The certificates of a PEM text, in its order; what stands between them is left out. */
function certificatesOf(pem: string): X509Certificate[] {
  const found: X509Certificate[] = [];
  for (let at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at + 1)) {
    const stop = pem.indexOf(end, at);
    if (stop < 0 || found.length >= limits.chain) throw new MailError('certificate.unreadable');
    found.push(new X509Certificate(pem.slice(at, stop + end.length)));
  }
  return found;
}

/** DNS names in the subjectAltName, lower case, without those that could not be asked for. */
export function dnsNames(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .filter(entry => entry.startsWith('DNS:'))
    .map(entry => entry.slice(4).toLowerCase())
    .filter(name => domainToKey(name.startsWith('*.') ? name.slice(2) : name) !== null)
    .slice(0, limits.names);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/**
 * Checks an upload (SEC-11). `wanted`: a host name that it has to cover, or null. Throws `certificate.unreadable`,
 * `certificate.key_mismatch`, `certificate.chain`, `certificate.expired`, `certificate.names`.
 */
export function checkPair(
  chainPem: string,
  keyPem: string,
  now: number,
  wanted: string | null = null,
): CheckedPair {
  const { own, chain, key } = readPair(chainPem, keyPem);
  if (!own.checkPrivateKey(key)) throw new MailError('certificate.key_mismatch');
  chain.forEach((certificate, index) => {
    const issuer = chain[index + 1];
    if (!issuer) return;
    const { publicKey } = issuer;
    if (!certificate.checkIssued(issuer) || !certificate.verify(publicKey)) {
      throw new MailError('certificate.chain', { position: index + 1 });
    }
  });
  const notBefore = own.validFromDate.getTime();
  const notAfter = own.validToDate.getTime();
  if (now < notBefore || now >= notAfter) {
    throw new MailError('certificate.expired', { from: day(notBefore), until: day(notAfter) });
  }
  const names = dnsNames(own);
  const found = names.join(', ').slice(0, 300);
  if (names.length === 0) throw new MailError('certificate.names', { name: wanted ?? '', found });
  if (wanted !== null && own.checkHost(wanted) === undefined) {
    throw new MailError('certificate.names', { name: wanted, found });
  }
  const clean = chain.map(certificate => certificate.toString()).join('');
  return { chain: clean, key, names, notBefore, notAfter };
}

function readPair(
  chainPem: string,
  keyPem: string,
): { readonly own: X509Certificate; readonly chain: readonly X509Certificate[]; readonly key: KeyObject } {
  if (chainPem.length > limits.bytes || keyPem.length > limits.bytes) {
    throw new MailError('certificate.unreadable');
  }
  try {
    const chain = certificatesOf(chainPem);
    const [own] = chain;
    if (!own) throw new MailError('certificate.unreadable');
    return { own, chain, key: createPrivateKey(keyPem) };
  } catch (error) {
    throw new MailError('certificate.unreadable', {}, { cause: error });
  }
}
