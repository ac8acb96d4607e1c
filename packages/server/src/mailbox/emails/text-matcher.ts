import type { Scope } from '../../access/scope.ts';
import type { ContentRow } from '../../store/accounts/emails/content-rows.ts';
import type { MailboxContext } from '../context.ts';
import { contains } from '../searching/fold.ts';
import { attachmentContains } from '../searching/index-lookup.ts';
import { MessageText } from '../searching/message-text.ts';
import { StoredEnvelope } from '../searching/stored-envelope.ts';
import type { TextCondition } from './condition.ts';
import type { IndexedTexts } from './indexed-texts.ts';

/** Answers text conditions about one message, reading its body only if it must. */
export class TextMatcher {
  readonly #ctx: MailboxContext;
  readonly #scope: Scope;
  readonly #indexed: IndexedTexts;
  readonly #id: number;
  readonly #envelope: StoredEnvelope;
  readonly #text: MessageText;

  constructor(ctx: MailboxContext, scope: Scope, row: ContentRow, indexed: IndexedTexts) {
    this.#ctx = ctx;
    this.#scope = scope;
    this.#indexed = indexed;
    this.#id = row.id;
    this.#envelope = new StoredEnvelope(row.envelope);
    this.#text = new MessageText(ctx.blobs, scope.tenantId, {
      prefix: row.prefix,
      hash: row.blobHash,
      size: row.blobSize,
      parts: row.parts,
    });
  }

  async matches(condition: TextCondition): Promise<boolean> {
    for (const needle of condition.needles) {
      const known = this.#indexed.of(this.#id, condition, needle);
      if (!(known ?? (await this.#has(condition, needle)))) return false;
    }
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
        return this.#bodyHas(needle);
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
    return this.#bodyHas(needle);
  }

  /** The message's own texts, and what the index knows of its attachments. */
  async #bodyHas(needle: string): Promise<boolean> {
    if (await this.#text.bodyContains(needle)) return true;
    return this.#indexed.used && attachmentContains(this.#ctx, this.#scope, this.#id, needle);
  }
}
