import type { Filter } from '@hongyan/formats/jmap/filter.ts';
import type { Scope } from '../../access/scope.ts';
import type { MailboxContext } from '../context.ts';
import { type IndexAnswer, lookUp } from '../searching/index-lookup.ts';
import type { MessageId } from '../types.ts';
import type { EmailCondition, TextCondition, Verdict } from './condition.ts';

function textsOf(filter: Filter<EmailCondition> | null): readonly TextCondition[] {
  if (filter === null) return [];
  return filter.operator === 'is' ? filter.condition.texts : filter.conditions.flatMap(textsOf);
}

/** What the word index says about the texts of one query's filter. */
export class IndexedTexts {
  readonly #answers: ReadonlyMap<TextCondition, ReadonlyMap<string, IndexAnswer>>;

  private constructor(answers: ReadonlyMap<TextCondition, ReadonlyMap<string, IndexAnswer>>) {
    this.#answers = answers;
  }

  /** Asks for every needle of the filter once. */
  static async ask(
    ctx: MailboxContext,
    scope: Scope,
    filter: Filter<EmailCondition> | null,
  ): Promise<IndexedTexts> {
    const answers = new Map<TextCondition, Map<string, IndexAnswer>>();
    for (const text of textsOf(filter)) {
      const known = new Map<string, IndexAnswer>();
      for (const needle of text.needles) {
        const place = text.place === 'text' ? 'anywhere' : text.place;
        const answer = await lookUp(ctx, scope, { place, field: text.field, needle });
        if (answer) known.set(needle, answer);
      }
      if (known.size > 0) answers.set(text, known);
    }
    return new IndexedTexts(answers);
  }

  /** Whether the index answered anything. */
  get used(): boolean {
    return this.#answers.size > 0;
  }

  /** Whether the message has the needle in the place; null when its text has to decide. */
  of(id: MessageId, text: TextCondition, needle: string): Verdict {
    const answer = this.#answers.get(text)?.get(needle);
    if (!answer || id > answer.through || answer.maybe.has(id)) return null;
    return answer.sure.has(id);
  }

  /** Whether the message has all needles of all texts. */
  verdict(id: MessageId, texts: readonly TextCondition[]): Verdict {
    let unknown = false;
    for (const text of texts) {
      for (const needle of text.needles) {
        const verdict = this.of(id, text, needle);
        if (verdict === false) return false;
        if (verdict === null) unknown = true;
      }
    }
    return unknown ? null : true;
  }
}
