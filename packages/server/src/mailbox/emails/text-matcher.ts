import type { TenantId } from '../../platform/ids.ts';
import type { ContentRow } from '../../store/accounts/emails/content-rows.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { contains } from '../searching/fold.ts';
import { MessageText } from '../searching/message-text.ts';
import { StoredEnvelope } from '../searching/stored-envelope.ts';
import type { TextCondition } from './condition.ts';

/** Answers text conditions about one message, reading its body only if it must. */
export class TextMatcher {
  readonly #envelope: StoredEnvelope;
  readonly #text: MessageText;

  constructor(blobs: BlobStore, tenantId: TenantId, row: ContentRow) {
    this.#envelope = new StoredEnvelope(row.envelope);
    this.#text = new MessageText(blobs, tenantId, {
      prefix: row.prefix,
      hash: row.blobHash,
      size: row.blobSize,
      parts: row.parts,
    });
  }

  async matches(condition: TextCondition): Promise<boolean> {
    for (const needle of condition.needles) if (!(await this.#has(condition, needle))) return false;
    return true;
  }

  async #has({ place, field }: TextCondition, needle: string): Promise<boolean> {
    switch (place) {
      case 'subject':
        return contains(this.#envelope.subject, needle);
      case 'from':
      case 'to':
      case 'cc':
      case 'bcc':
        return contains(this.#envelope.people(place), needle);
      case 'header':
        return this.#text.headerContains(field, needle);
      case 'body':
        return this.#text.bodyContains(needle);
      default:
        return this.#anywhere(needle);
    }
  }

  /** From, To, Cc, Bcc, Subject and the body (RFC 8621 §4.4.1 `text`); the body last, it costs most. */
  async #anywhere(needle: string): Promise<boolean> {
    if (contains(this.#envelope.subject, needle)) return true;
    for (const field of ['from', 'to', 'cc', 'bcc'] as const) {
      if (contains(this.#envelope.people(field), needle)) return true;
    }
    return this.#text.bodyContains(needle);
  }
}
