import type { Condition } from './query.ts';
import type { EmailRow } from './types.ts';

/** The keywords that a filter asks for. */
function keywordsIn(condition: Condition): string[] {
  return Object.entries(condition).flatMap(([name, value]) => {
    if (name === 'conditions') return (value as readonly Condition[]).flatMap(keywordsIn);
    return name.endsWith('Keyword') ? [String(value)] : [];
  });
}

/** What has changed in mails since lists were read: which lists that concerns, and which it leaves as they are. */
export class MailChanges {
  #elsewhere = false;
  #moved = false;
  readonly #keywords = new Set<string>();

  /** Mail has come, gone or changed of which nothing is known here. */
  noteUnknown(): void {
    this.#elsewhere = true;
  }

  /** A mail is otherwise than it was. */
  note(
    before: Pick<EmailRow, 'keywords' | 'mailboxIds'>,
    after: Pick<EmailRow, 'keywords' | 'mailboxIds'>,
  ): void {
    if (differing(before.mailboxIds, after.mailboxIds).length > 0) this.#moved = true;
    for (const keyword of differing(before.keywords, after.keywords)) this.#keywords.add(keyword);
  }

  /** Whether a list with this filter may hold other rows than before. */
  concerns(filter: Condition): boolean {
    return this.#elsewhere || this.#moved || keywordsIn(filter).some(keyword => this.#keywords.has(keyword));
  }

  /** Lists have been read again, or will be when they are looked at. */
  clear(): void {
    this.#elsewhere = false;
    this.#moved = false;
    this.#keywords.clear();
  }
}

function differing(one: Readonly<Record<string, true>>, other: Readonly<Record<string, true>>): string[] {
  return [
    ...Object.keys(one).filter(name => !(name in other)),
    ...Object.keys(other).filter(name => !(name in one)),
  ];
}
