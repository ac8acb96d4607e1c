import { createPhrases, type PhraseKey, type Phrases } from '@hongyan/phrases/phrases.ts';

/** The server cannot start, for a reason that its operator can do something about. */
export class StartError extends Error {
  readonly phrase: PhraseKey;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(
    phrase: PhraseKey,
    values: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(createPhrases('en').find(phrase, values) ?? phrase, options);
    this.name = 'StartError';
    this.phrase = phrase;
    this.values = values;
  }

  /** The reason in the reader's language. */
  describe(phrases: Phrases): string {
    return phrases.find(this.phrase, this.values) ?? this.message;
  }
}
