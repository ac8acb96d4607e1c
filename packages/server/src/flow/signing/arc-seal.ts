import { arcSet } from '@hongyan/formats/auth/arc/seal.ts';
import { asBuffer, HeaderBlock, MAX_HEADER_FIELDS } from '@hongyan/formats/message/headers.ts';
import type { MessageStructure } from '@hongyan/formats/message/part.ts';
import { domainToKey } from '../../directory/address.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { FlowContext } from '../context.ts';
import type { ForwardFacts } from '../screen.ts';
import { signatureOf } from './outgoing-signature.ts';

/** A message that somebody outside wrote and that goes on to other servers. */
export interface ForwardedMessage {
  readonly queueId: string;
  readonly facts: ForwardFacts;
  /** Fields that we put in front of it. */
  readonly added: string;
  readonly structure: MessageStructure;
  /** Addresses of ours in whose name it goes on, the most fitting one first. */
  readonly names: readonly string[];
}

/**
 * The ARC set of one message that leaves again in a tenant's name (RFC 8617 §5.1), sealed with the key of one of the
 * tenant's domains; empty when it has none or none may be added. Never throws: the message goes on without.
 */
export async function arcFields(
  context: Pick<FlowContext, 'signingKeys' | 'clock' | 'log' | 'hostname'>,
  tenantId: TenantId,
  message: ForwardedMessage,
): Promise<string> {
  try {
    return (await seal(context, tenantId, message)) ?? '';
  } catch (error) {
    context.log.error('arc.sealing_failed', { queueId: message.queueId, error });
    return '';
  }
}

async function seal(
  { signingKeys, clock, hostname }: Pick<FlowContext, 'signingKeys' | 'clock' | 'hostname'>,
  tenantId: TenantId,
  { facts, added, structure, names }: ForwardedMessage,
): Promise<string | null> {
  const { arc, index, results, bodyHash } = facts;
  // What could not be verified now is neither right nor wrong: a seal would say one of them.
  if (arc.result === 'temperror') return null;
  const header = new HeaderBlock(Buffer.concat([Buffer.from(added), asBuffer(structure.header)]));
  if (structure.headerCut || header.fields.length >= MAX_HEADER_FIELDS) return null;
  for (const name of names) {
    const domain = domainToKey(name.slice(name.lastIndexOf('@') + 1));
    const keys = domain && (await signingKeys?.signing(tenantId, domain));
    // Few verify Ed25519 in ARC.
    const key = keys ? (keys.find(({ algorithm }) => algorithm === 'rsa-sha256') ?? keys[0]) : undefined;
    if (!domain || key === undefined) continue;
    return await arcSet({
      algorithm: key.algorithm,
      domain,
      selector: key.selector,
      signedAt: Math.floor(clock.now() / 1000),
      results: { server: hostname, results },
      bodyHash,
      chain: arc.chain,
      status: arc.result,
      original: index.block,
      header,
      sign: input => signatureOf(key.algorithm, input, key.key),
    });
  }
  return null;
}
