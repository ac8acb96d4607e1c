import type { ImportField } from './columns.ts';

/** What can be wrong with a row. Its words are the phrase `import.problem.<code>`. */
export const importProblemCodes = [
  'name_missing',
  'text_invalid',
  'address_invalid',
  'address_taken',
  'address_twice',
  'domain_unknown',
  'user_id_invalid',
  'user_id_taken',
  'user_id_twice',
  'mobile_invalid',
  'mobile_taken',
  'mobile_twice',
  'department_unknown',
  'department_denied',
  'gender_invalid',
  'no_seat',
  'failed',
] as const;

export type ImportProblemCode = (typeof importProblemCodes)[number];

export interface ImportProblem {
  readonly field: ImportField;
  readonly code: ImportProblemCode;
  /** What would do instead: a prefix that is free. */
  readonly suggestion?: string;
}
