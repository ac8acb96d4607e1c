import { createHash, type KeyObject, sign } from 'node:crypto';
import { BodyStart } from '@hongyan/formats/auth/dkim/body-start.ts';
import { BodyCanonicalizer } from '@hongyan/formats/auth/dkim/canonical-body.ts';
import { signedField, signingInput, unsignedField } from '@hongyan/formats/auth/dkim/signature.ts';
import { fieldsToSign } from '@hongyan/formats/auth/dkim/signed-fields.ts';
import { flattenAddresses, parseAddresses } from '@hongyan/formats/message/address.ts';
import { asBuffer, HeaderBlock, MAX_HEADER_FIELDS } from '@hongyan/formats/message/headers.ts';
import type { MessageStructure } from '@hongyan/formats/message/part.ts';
import { BareLineEndScanner } from '@hongyan/formats/smtp/bare-line-ends.ts';
import { domainToKey } from '../../directory/address.ts';
import type { SigningKey } from '../../directory/dkim.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { FlowContext } from '../context.ts';
import type { HeaderFacts } from '../intake/header-facts.ts';
import type { Origin } from '../types.ts';

/** A message whose last byte has come. */
export interface SignedMessage {
  readonly queueId: string;
  /** Fields that we put in front of it. */
  readonly added: string;
  readonly structure: MessageStructure;
}

type SigningContext = Required<Pick<FlowContext, 'signingKeys' | 'clock' | 'log'>>;

/** Most authors whose domains are looked at. */
const mostAuthors = 20;

/** What came of signing. `foreign`: not from a domain of the tenant's; `unsigned`: it should have been signed. */
type Signing =
  | { readonly kind: 'signed'; readonly fields: string }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unsigned'; readonly reason: string };

function unsigned(reason: string): Signing {
  return { kind: 'unsigned', reason };
}

/**
 * Whether the server itself sends a message on that somebody else wrote, as scripts do: it has been delivered before. What
 * it says about its author was checked by nobody, so it gets no signature of ours.
 */
export function isPassedOn(origin: Origin, facts: HeaderFacts): boolean {
  return origin.kind === 'local' && (facts.received > 0 || facts.deliveredTo.size > 0);
}

/**
 * The DKIM signatures of one message that leaves the house, in a tenant's name (RFC 6376 §5). The body is hashed while
 * it streams by; the fields cover what we put in front of the message too. One that cannot be signed goes without:
 * that is said in the log and stops no mail.
 */
export class OutgoingSignature {
  readonly #context: SigningContext;
  readonly #tenantId: TenantId;
  readonly #hash = createHash('sha256');
  readonly #body = new BodyCanonicalizer('relaxed', piece => void this.#hash.update(piece));
  readonly #start = new BodyStart();
  readonly #lineEnds = new BareLineEndScanner();

  constructor(context: SigningContext, tenantId: TenantId) {
    this.#context = context;
    this.#tenantId = tenantId;
  }

  /** Takes the next bytes of the message as it came. */
  update(chunk: Uint8Array): void {
    this.#lineEnds.scan(asBuffer(chunk));
    this.#body.push(this.#start.push(chunk));
  }

  /** The DKIM-Signature fields with their line ends, one for each key; empty when it is not to be signed. Never throws. */
  async fields(message: SignedMessage): Promise<string> {
    const { queueId } = message;
    try {
      const signing = await this.#sign(message);
      if (signing.kind === 'signed') return signing.fields;
      if (signing.kind === 'unsigned')
        this.#context.log.warn('dkim.unsigned', { queueId, reason: signing.reason });
    } catch (error) {
      this.#context.log.error('dkim.signing_failed', { queueId, error });
    }
    return '';
  }

  async #sign({ added, structure }: SignedMessage): Promise<Signing> {
    const block = new HeaderBlock(Buffer.concat([Buffer.from(added), structure.header]));
    const found = await this.#keys(authorDomains(block));
    if (found === null) return { kind: 'foreign' };
    const { domain, keys } = found;
    if (keys.length === 0) return unsigned(`${domain} has no key`);
    this.#lineEnds.finish();
    // RFC 6376 §5.3: other servers would mend the line ends, and the signature would not hold.
    if (this.#lineEnds.found) return unsigned('line ends that are not CRLF');
    const fields = fieldsToSign(block);
    const whole = !structure.headerCut && block.fields.length < MAX_HEADER_FIELDS;
    const start = this.#start.offset ?? structure.size;
    if (fields === null || !whole || start !== structure.root.bodyStart || structure.header.length === 0)
      return unsigned('a header that cannot be signed');
    this.#body.end();
    const bodyHash = this.#hash.digest('base64');
    const signedAt = Math.floor(this.#context.clock.now() / 1000);
    const common = { domain, fields, bodyHash, header: 'relaxed', body: 'relaxed', signedAt } as const;
    const made = keys.map(async ({ selector, algorithm, key }) => {
      const field = unsignedField({ ...common, selector, algorithm });
      const input = signingInput(block, fields, field, 'relaxed');
      return signedField(field, await signatureOf(algorithm, input, key));
    });
    return { kind: 'signed', fields: (await Promise.all(made)).join('') };
  }

  /** The keys of the first author's domain; null unless all authors' domains are the tenant's own. */
  async #keys(
    domains: readonly (string | null)[],
  ): Promise<{ domain: string; keys: readonly SigningKey[] } | null> {
    let first: { domain: string; keys: readonly SigningKey[] } | null = null;
    for (const domain of domains) {
      const keys = domain && (await this.#context.signingKeys.signing(this.#tenantId, domain));
      if (!domain || !keys) return null;
      first ??= { domain, keys };
    }
    return first;
  }
}

/** Domains of the mailboxes in From, A-labels, each once; null for one that is no domain. None unless there is one From field with few authors. */
function authorDomains(block: HeaderBlock): (string | null)[] {
  const [from, ...more] = block.all('from');
  if (from === undefined || more.length > 0) return [];
  const authors = flattenAddresses(parseAddresses(from));
  if (authors.length > mostAuthors) return [];
  return [...new Set(authors.map(({ domain }) => domainToKey(domain)))];
}

/** The value of a signature, base64: RSA over the text, Ed25519 over its hash (RFC 8463 §3). Off the main thread. */
export function signatureOf(
  algorithm: SigningKey['algorithm'],
  input: Buffer,
  key: KeyObject,
): Promise<string> {
  const [digest, data] =
    algorithm === 'rsa-sha256' ? ['sha256', input] : [null, createHash('sha256').update(input).digest()];
  return new Promise((resolve, reject) => {
    sign(digest, data, key, (error, signature) => {
      if (error) reject(error);
      else resolve(signature.toString('base64'));
    });
  });
}
