import { createPhrases, type PhraseKey, type Phrases } from '@hongyan/phrases/phrases.ts';

/** Something wrong with the configuration, where it stands and what would be right. */
export interface ConfigProblem {
  /** Null for the environment. */
  readonly file: string | null;
  readonly line: number | null;
  readonly key: string | null;
  readonly phrase: PhraseKey;
  /** Values of the phrase; a function where a value is itself a phrase. */
  readonly values: (phrases: Phrases) => Readonly<Record<string, string | number>>;
}

/** The problem in words, `file, line n: …`. */
export function describeProblem(problem: ConfigProblem, phrases: Phrases): string {
  const reason = phrases.find(problem.phrase, problem.values(phrases)) ?? problem.phrase;
  if (problem.file === null) return reason;
  if (problem.line === null) return `${problem.file}: ${reason}`;
  return phrases.say('command.error_at', { file: problem.file, line: problem.line, reason });
}

/** The configuration cannot be used; all problems are named at once. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(problem => describeProblem(problem, createPhrases('en'))).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
