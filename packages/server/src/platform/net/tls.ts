import { createHash, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';

/** Channel bindings of RFC 5929 and RFC 9266 that SCRAM-…-PLUS can use. */
export type ChannelBindingType = 'tls-exporter' | 'tls-server-end-point';

/** What was negotiated on an encrypted connection. */
export interface TlsInfo {
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly version: string;
  /** Name of the cipher suite as IANA has it. */
  readonly cipher: string;
  /** Name the client asked for (SNI), if any. */
  readonly serverName: string | null;
  /** Bytes of a channel binding, or null where this connection cannot offer it. */
  channelBinding(type: ChannelBindingType): Buffer | null;
}

/** Where a listener gets its certificates from; asked again for every handshake, so a reload needs no restart. */
export interface TlsProvider {
  /** Context for the name the client asked for; the default one for no name or an unknown one. */
  contextFor(serverName: string | undefined): SecureContext;
}

export interface TlsCertificate {
  /** Certificate chain, PEM, own certificate first. */
  readonly cert: string | Buffer;
  /** Private key, PEM. */
  readonly key: string | Buffer;
}

/** Certificates chosen by server name, replaceable while the server runs. */
export class CertificateStore implements TlsProvider {
  #fallback: SecureContext;
  #exact = new Map<string, SecureContext>();
  #wildcard = new Map<string, SecureContext>();

  /** `certificates`: at least one; the first is the default. Throws when one cannot be read. */
  constructor(certificates: readonly TlsCertificate[]) {
    this.#fallback = this.#load(certificates);
  }

  /** Replaces all certificates for handshakes from now on; when one cannot be read it throws and changes nothing. */
  reload(certificates: readonly TlsCertificate[]): void {
    this.#fallback = this.#load(certificates);
  }

  contextFor(serverName: string | undefined): SecureContext {
    if (serverName === undefined) return this.#fallback;
    const name = serverName.toLowerCase();
    const dot = name.indexOf('.');
    return this.#exact.get(name) ?? this.#wildcard.get(name.slice(dot + 1)) ?? this.#fallback;
  }

  #load(certificates: readonly TlsCertificate[]): SecureContext {
    const exact = new Map<string, SecureContext>();
    const wildcard = new Map<string, SecureContext>();
    let fallback: SecureContext | undefined;
    for (const { cert, key } of certificates) {
      const context = createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
      fallback ??= context;
      for (const name of namesOf(cert)) {
        if (name.startsWith('*.')) wildcard.set(name.slice(2), wildcard.get(name.slice(2)) ?? context);
        else exact.set(name, exact.get(name) ?? context);
      }
    }
    if (fallback === undefined) throw new RangeError('at least one certificate is needed');
    this.#exact = exact;
    this.#wildcard = wildcard;
    return fallback;
  }
}

/** DNS names in the certificate's subjectAltName, lower case. */
function namesOf(cert: string | Buffer): string[] {
  return (new X509Certificate(cert).subjectAltName ?? '')
    .split(', ')
    .filter(entry => entry.startsWith('DNS:'))
    .map(entry => entry.slice(4).toLowerCase());
}

/** Reads what was negotiated from the server's side of a finished handshake. */
export function serverTlsInfo(socket: TLSSocket): TlsInfo {
  const cipher = socket.getCipher();
  const serverName: unknown = Reflect.get(socket, 'servername');
  return {
    version: socket.getProtocol() ?? 'unknown',
    cipher: cipher.standardName,
    serverName: typeof serverName === 'string' && serverName !== '' ? serverName : null,
    channelBinding: type => (type === 'tls-exporter' ? exporterBinding(socket) : endPointBinding(socket)),
  };
}

/**
 * RFC 9266 §2. Only for TLS 1.3: below, the binding is safe only with the extended master secret (§4.2), and
 * Node does not tell whether that was negotiated.
 */
function exporterBinding(socket: TLSSocket): Buffer | null {
  if (socket.getProtocol() !== 'TLSv1.3') return null;
  return socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
}

/** RFC 5929 §4.1: hash of the server's certificate with the hash of its signature, MD5 and SHA-1 raised to SHA-256. */
function endPointBinding(socket: TLSSocket): Buffer | null {
  const certificate = socket.getX509Certificate();
  if (certificate === undefined) return null;
  const hash = /sha-?(224|256|384|512)/i.exec(certificate.signatureAlgorithm ?? '')?.[1] ?? '256';
  return createHash(`sha${hash}`).update(certificate.raw).digest();
}

/** Our side of TLS over a plain socket, ready to shake hands; a failed handshake destroys it. */
export function serverTlsSocket(plain: Socket, provider: TlsProvider): TLSSocket {
  const secured = new TLSSocket(plain, {
    isServer: true,
    allowHalfOpen: true,
    secureContext: provider.contextFor(undefined),
    SNICallback: (name, done) => done(null, provider.contextFor(name)),
  } as ConstructorParameters<typeof TLSSocket>[1]);
  secured.on('error', () => undefined);
  secured.on('_tlsError', () => secured.destroy());
  return secured;
}
