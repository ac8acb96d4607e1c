import { type Path, type PathProblem, parsePath } from './address.ts';
import { type Parameter, parseParameters } from './parameters.ts';

/** A command line taken apart: verb in upper case (empty when there is none), argument as bytes without the space before and spaces behind. */
export interface CommandLine {
  readonly verb: string;
  readonly argument: Buffer;
}

/** Longest verb looked at; nothing longer is registered. */
const longestVerb = 16;

/** Splits a command line without its CRLF (RFC 5321 §2.4, §4.1.1). */
export function splitCommand(line: Buffer): CommandLine {
  let end = line.length;
  while (end > 0 && (line[end - 1] === 0x20 || line[end - 1] === 0x09)) end -= 1;
  let position = 0;
  while (position < end && isLetter(line[position])) position += 1;
  if (position === 0 || position > longestVerb || (position < end && line[position] !== 0x20)) {
    return { verb: '', argument: line.subarray(0, end) };
  }
  const verb = line.toString('latin1', 0, position).toUpperCase();
  while (position < end && line[position] === 0x20) position += 1;
  return { verb, argument: line.subarray(position, end) };
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}

export type PathCommand =
  | { readonly kind: 'parsed'; readonly path: Path; readonly parameters: readonly Parameter[] }
  | { readonly kind: 'invalid'; readonly problem: PathProblem | 'parameters' };

/**
 * Argument of MAIL: `FROM:<path> parameters` (RFC 5321 §4.1.1.2). UTF-8 is allowed exactly when SMTPUTF8 is among
 * the parameters (RFC 6531 §3.4). A space behind the colon is tolerated, as everybody does.
 */
export function parseMailArgument(argument: Buffer, smtpUtf8Offered: boolean): PathCommand {
  const start = skipPrefix(argument, 'FROM:');
  if (start === -1) return { kind: 'invalid', problem: 'syntax' };
  const path = parsePath(argument, start, { utf8: smtpUtf8Offered, allowEmpty: true });
  if (path.kind === 'invalid') return path;
  const parameters = parseParameters(argument, path.end, smtpUtf8Offered);
  if (parameters === null) return { kind: 'invalid', problem: 'parameters' };
  if (path.nonAscii && !parameters.some(parameter => parameter.keyword === 'SMTPUTF8')) {
    return { kind: 'invalid', problem: 'non-ascii' };
  }
  return { kind: 'parsed', path, parameters };
}

/** Argument of RCPT: `TO:<path> parameters` (RFC 5321 §4.1.1.3). `utf8`: MAIL had SMTPUTF8. */
export function parseRcptArgument(argument: Buffer, utf8: boolean): PathCommand {
  const start = skipPrefix(argument, 'TO:');
  if (start === -1) return { kind: 'invalid', problem: 'syntax' };
  const path = parsePath(argument, start, { utf8, allowPostmaster: true });
  if (path.kind === 'invalid') return path;
  const parameters = parseParameters(argument, path.end, utf8);
  return parameters === null
    ? { kind: 'invalid', problem: 'parameters' }
    : { kind: 'parsed', path, parameters };
}

/** Argument of BDAT: `size [LAST]` (RFC 3030 §2); null when it is neither. */
export function parseBdatArgument(
  argument: Buffer,
): { readonly size: number; readonly last: boolean } | null {
  const [digits = '', word, ...rest] = argument.toString('latin1').split(' ');
  if (!/^\d{1,15}$/.test(digits) || rest.length > 0) return null;
  if (word !== undefined && word.toUpperCase() !== 'LAST') return null;
  return { size: Number(digits), last: word !== undefined };
}

function skipPrefix(argument: Buffer, prefix: string): number {
  if (argument.toString('latin1', 0, prefix.length).toUpperCase() !== prefix) return -1;
  let position = prefix.length;
  while (argument[position] === 0x20) position += 1;
  return position;
}

/** MAIL as a client sends it, without CRLF. Values must already be in the form the parameter wants (xtext). */
export function formatMail(reversePath: string, parameters: readonly Parameter[] = []): string {
  return `MAIL FROM:<${reversePath}>${formatParameters(parameters)}`;
}

/** RCPT as a client sends it, without CRLF. */
export function formatRcpt(forwardPath: string, parameters: readonly Parameter[] = []): string {
  return `RCPT TO:<${forwardPath}>${formatParameters(parameters)}`;
}

function formatParameters(parameters: readonly Parameter[]): string {
  return parameters
    .map(({ keyword, value }) => (value === null ? ` ${keyword}` : ` ${keyword}=${value}`))
    .join('');
}
