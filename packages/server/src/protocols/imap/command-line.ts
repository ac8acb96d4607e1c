import type { ImapLimits } from '@hongyan/formats/imap/limits.ts';
import { literalHeader } from '@hongyan/formats/imap/literal-header.ts';
import { Scanner } from '@hongyan/formats/imap/scanner.ts';
import type { Command } from './command.ts';

/** Tag and name at the beginning of a command, null if they cannot be made out. */
export function commandName(bytes: Buffer, limits: ImapLimits): { tag: string; name: string } | null {
  try {
    const scanner = new Scanner(bytes, limits);
    const tag = scanner.tag();
    scanner.space();
    if (scanner.takeKeyword('UID')) scanner.space();
    return { tag, name: scanner.keyword() };
  } catch {
    return null;
  }
}

/** Whether the arguments are complete up to the literal, so that it is the one to be streamed and not, say, a name. */
export function completeToLiteral(
  command: Command,
  prefix: Buffer,
  context: { readonly utf8: boolean; readonly limits: ImapLimits },
): boolean {
  const scanner = new Scanner(prefix.subarray(0, literalHeader(prefix)?.start), context.limits);
  try {
    scanner.tag();
    scanner.space();
    if (scanner.takeKeyword('UID')) scanner.space();
    scanner.keyword();
    command.parse(scanner, { uid: false, ...context });
    return scanner.atEnd;
  } catch {
    return false;
  }
}
