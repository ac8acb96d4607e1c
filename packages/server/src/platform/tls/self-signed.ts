import { createHash, generateKeyPair, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';
import { promisify } from 'node:util';
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts';

/** A certificate and its key, PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

export interface SelfSignedOptions {
  /** DNS names (A-labels) and IP addresses of the subjectAltName; the first DNS name is the common name. */
  readonly names: readonly string[];
  /** Time of issue, ms since the epoch. */
  readonly now: number;
  readonly validDays?: number;
}

/** Object identifiers, RFC 5280 and RFC 5758. */
const oid = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

const dayMs = 86_400_000;
/** The longest that Apple's clients take from a certificate they were told to trust. */
const defaultValidDays = 825;

const makeKeyPair = promisify(generateKeyPair);

/** The octets of an IP address, 4 or 16 (RFC 5280 §4.2.1.6). */
export function addressOctets(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::', 2);
  const words = (text: string): number[] =>
    text === '' ? [] : text.split(':').map(word => Number.parseInt(word, 16));
  const left = words(head);
  const right = words(tail);
  const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap(word => [word >> 8, word & 0xff]));
}

function generalName(name: string): Buffer {
  return isIP(name) === 0 ? implicit(2, Buffer.from(name, 'latin1')) : implicit(7, addressOctets(name));
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  const parts = [objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value)];
  return sequence(...parts);
}

function extensions(names: readonly string[], publicKey: Uint8Array): Buffer {
  const keyIdentifier = createHash('sha1').update(publicKey).digest();
  return explicit(
    3,
    sequence(
      extension(oid.basicConstraints, true, sequence()),
      // No keyUsage: with it, a certificate that is its own issuer would have to be allowed to sign certificates.
      extension(oid.extendedKeyUsage, false, sequence(objectIdentifier(oid.serverAuth))),
      extension(oid.subjectAltName, false, sequence(...names.map(generalName))),
      extension(oid.subjectKeyIdentifier, false, octetString(keyIdentifier)),
    ),
  );
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/**
 * Makes a certificate that vouches for itself (X.509 v3, RFC 5280; ECDSA P-256 with SHA-256) for `names`. Valid from a
 * day before `now`, so that a client whose clock is behind takes it, too.
 */
export async function makeSelfSigned(options: SelfSignedOptions): Promise<CertificatePair> {
  const { privateKey, publicKey } = await makeKeyPair('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = sequence(objectIdentifier(oid.ecdsaWithSha256));
  const common = options.names.find(name => isIP(name) === 0) ?? options.names[0] ?? 'localhost';
  const subject = sequence(set(sequence(objectIdentifier(oid.commonName), utf8String(common.slice(0, 64)))));
  const serial = randomBytes(16);
  serial[0] = (serial[0] ?? 0) | 0x40;
  const end = options.now + (options.validDays ?? defaultValidDays) * dayMs;
  const body = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(serial),
    algorithm,
    subject,
    sequence(time(options.now - dayMs), time(end - dayMs)),
    subject,
    spki,
    extensions(options.names, spki.subarray(-65)),
  );
  const signature = sign('sha256', body, privateKey);
  return {
    cert: pem('CERTIFICATE', sequence(body, algorithm, bitString(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}
