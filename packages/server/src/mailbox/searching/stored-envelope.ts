import { decodeWords } from '@hongyan/formats/message/encoded-word.ts';

/** Value of a stored ENVELOPE: NIL is null, strings still have their encoded-words. */
export type EnvelopeValue = string | null | readonly EnvelopeValue[];
type Value = EnvelopeValue;

/** People fields of an ENVELOPE by their place in it (RFC 9051 §7.5.2). */
const place = { from: 2, to: 5, cc: 6, bcc: 7 } as const;

export type PeopleField = keyof typeof place;

const maxDepth = 4;

/** Reads what `formats/message/envelope.ts` writes: ASCII, quoted strings, no literals. Damage ends the reading. */
class Reader {
  readonly #text: string;
  #at = 0;
  #escape = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Item `index` of the list that the text is; null when there is none. */
  item(index: number): Value {
    this.#at = 1;
    for (let i = 0; this.#at < this.#text.length && this.#text[this.#at] !== ')'; this.#at += 1) {
      const value = this.value(1);
      if (i === index) return value;
      i += 1;
    }
    return null;
  }

  value(depth: number): Value {
    const first = this.#text[this.#at];
    if (first === '"') return this.#quoted();
    if (first === '(' && depth < maxDepth) return this.#list(depth);
    // NIL, or damage.
    this.#at += first === 'N' ? 3 : this.#text.length;
    return null;
  }

  #quoted(): string {
    let from = this.#at + 1;
    let text = '';
    for (;;) {
      const quote = this.#text.indexOf('"', from);
      if (quote < 0) {
        this.#at = this.#text.length;
        return text + this.#text.slice(from);
      }
      const escape = this.#escapeFrom(from);
      if (escape > quote) {
        this.#at = quote + 1;
        return text + this.#text.slice(from, quote);
      }
      text += this.#text.slice(from, escape) + this.#text.slice(escape + 1, escape + 2);
      from = escape + 2;
    }
  }

  /** The next backslash. Remembered, so that the text is looked through once however many strings are in it. */
  #escapeFrom(from: number): number {
    if (this.#escape < from) {
      const next = this.#text.indexOf('\\', from);
      this.#escape = next < 0 ? Number.POSITIVE_INFINITY : next;
    }
    return this.#escape;
  }

  #list(depth: number): Value[] {
    const items: Value[] = [];
    this.#at += 1;
    while (this.#at < this.#text.length) {
      const next = this.#text[this.#at];
      if (next === ')') {
        this.#at += 1;
        break;
      }
      if (next === ' ') this.#at += 1;
      else items.push(this.value(depth + 1));
    }
    return items;
  }
}

/** The members of a stored ENVELOPE in their order; none when it is damaged. */
export function readEnvelopeValue(text: string): readonly EnvelopeValue[] {
  const value = new Reader(text).value(0);
  return Array.isArray(value) ? value : [];
}

/** A stored ENVELOPE, for searching. */
export class StoredEnvelope {
  readonly #text: string;

  constructor(envelope: Uint8Array) {
    this.#text = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength).toString('latin1');
  }

  /** The field at a place; what comes after it is not read. */
  #field(index: number): Value {
    return new Reader(this.#text).item(index);
  }

  get subject(): string {
    const subject = this.#field(1);
    return typeof subject === 'string' ? decodeWords(subject) : '';
  }

  /** Everything of a field that a person may look for: names and addresses, one person a line. */
  people(field: PeopleField): string {
    const list = this.#field(place[field]);
    if (!Array.isArray(list)) return '';
    return list
      .map((person: Value) => {
        if (!Array.isArray(person)) return '';
        const [name, , local, domain] = person as (string | null)[];
        return `${decodeWords(name ?? '')} <${decodeWords(local ?? '')}${domain ? `@${domain}` : ''}>`;
      })
      .join('\n');
  }
}
