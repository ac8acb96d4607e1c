import type { ConsolePhrases } from '@hongyan/phrases/console/zh.ts';
import { ApiProblem } from '../api.ts';

/** What went wrong, in words, with its code. */
export function explainProblem(error: unknown, texts: ConsolePhrases): string {
  if (!(error instanceof ApiProblem)) return texts.shell.unreachable;
  if (error.status === 0) return texts.shell.unreachable;
  if (error.code === 'access.denied') return texts.shell.noRight;
  return `${error.title}（${texts.shell.code(error.code)}）`;
}

/** Words for the fields that were refused, by the name of the field (`/name` is `name`). */
export function fieldProblems(error: unknown, texts: ConsolePhrases): Readonly<Record<string, string>> {
  if (!(error instanceof ApiProblem)) return {};
  const words: Readonly<Record<string, string>> = texts.shell.problem;
  return Object.fromEntries(
    error.problems.map(({ field, rule }) => [
      field.replace(/^\//, ''),
      words[rule] ?? texts.shell.problem.other,
    ]),
  );
}
