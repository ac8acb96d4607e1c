/** Where something stands in a script. Both count from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What can be wrong with a script, or go wrong when it runs. The texts are the phrases `sieve.<code>`. */
export type SieveProblemCode =
  | 'not_utf8'
  | 'too_large'
  | 'nested_too_deep'
  | 'too_many_commands'
  | 'list_too_long'
  | 'string_too_long'
  | 'pattern_too_long'
  | 'unexpected'
  | 'unterminated_string'
  | 'unterminated_comment'
  | 'number_too_large'
  | 'bad_encoded_character'
  | 'bad_variable'
  | 'unknown_command'
  | 'unknown_test'
  | 'unknown_tag'
  | 'unknown_extension'
  | 'missing_require'
  | 'require_not_first'
  | 'else_without_if'
  | 'tag_twice'
  | 'tag_conflict'
  | 'tag_value'
  | 'missing_argument'
  | 'surplus_argument'
  | 'wrong_type'
  | 'test_count'
  | 'block_wanted'
  | 'block_unwanted'
  | 'unknown_comparator'
  | 'comparator_cannot'
  | 'bad_header_name'
  | 'bad_address'
  | 'bad_mailbox'
  | 'bad_value'
  | 'not_constant'
  | 'not_in_loop'
  | 'too_many_loops'
  | 'run_steps'
  | 'run_work'
  | 'run_actions'
  | 'run_header_edits'
  | 'run_message_edits'
  | 'run_message_too_large'
  | 'run_redirects'
  | 'run_notifications'
  | 'run_variables'
  | 'run_conflict'
  | 'run_include_missing'
  | 'run_include_loop'
  | 'run_include_depth'
  | 'run_not_available'
  | 'run_error';

/** A defect of a script with its place. `message` is English, for logs; people get the phrase of the code. */
export class SieveProblem extends Error {
  readonly code: SieveProblemCode;
  readonly position: Position;
  readonly fields: Readonly<Record<string, string | number>>;
  /** The included script that it stands in; null for the script itself. */
  script: string | null = null;

  constructor(
    code: SieveProblemCode,
    position: Position,
    fields: Readonly<Record<string, string | number>> = {},
  ) {
    const details = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
    super(`${code} at ${position.line}:${position.column}${details.join('')}`);
    this.name = 'SieveProblem';
    this.code = code;
    this.position = position;
    this.fields = fields;
  }
}

/** A piece of a script for a message: cut, and without control characters. */
export function excerpt(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return shown.toWellFormed().replaceAll(/\p{Cc}/gu, ' ');
}
