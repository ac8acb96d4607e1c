import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  bitString,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
} from '../../../platform/tls/der.ts';

const oid = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  extensionRequest: '1.2.840.113549.1.9.14',
  subjectAltName: '2.5.29.17',
} as const;

/** A certification request (PKCS #10, RFC 2986) in DER for DNS names, signed with their P-256 key; the subject is empty. */
export function certificateRequest(key: KeyObject, names: readonly string[]): Buffer {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const altNames = sequence(...names.map(name => implicit(2, Buffer.from(name, 'latin1'))));
  const extensions = sequence(sequence(objectIdentifier(oid.subjectAltName), octetString(altNames)));
  const request = sequence(objectIdentifier(oid.extensionRequest), set(extensions));
  const body = sequence(integer(Buffer.of(0)), sequence(), spki, explicit(0, request));
  const algorithm = sequence(objectIdentifier(oid.ecdsaWithSha256));
  return sequence(body, algorithm, bitString(sign('sha256', body, key)));
}
