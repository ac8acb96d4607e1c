import type { Scanner } from './scanner.ts';

const BACKSLASH = 0x5c;

/** One flag as written: `\Seen`, `$Forwarded`, `todo`. Never empty, at most `limits.flagBytes` octets. */
export function parseFlag(scanner: Scanner): string {
  const system = scanner.take(BACKSLASH);
  const name = scanner.atom();
  if (name.length > scanner.limits.flagBytes) scanner.failLimit('Flag name too long');
  return system ? `\\${name}` : name;
}

/** `flag-list`: flags in parentheses, possibly none. */
export function parseFlagList(scanner: Scanner): string[] {
  return scanner.list(() => parseFlag(scanner), true);
}

/** What follows FLAGS in STORE: a list, or flags apart from each other by spaces. */
export function parseStoreFlags(scanner: Scanner): string[] {
  if (scanner.peek() === 0x28) return parseFlagList(scanner);
  const flags = [parseFlag(scanner)];
  while (scanner.takeSpace()) {
    flags.push(parseFlag(scanner));
    if (flags.length > scanner.limits.listItems) scanner.failLimit('Too many flags');
  }
  return flags;
}
