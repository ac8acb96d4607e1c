import type { Scanner } from '../scanner.ts';
import { parseStatusItems, type StatusItem } from './status-items.ts';

/** Arguments of LIST (RFC 9051 §6.3.9, RFC 5258, RFC 5819, RFC 6154 §3). Names are octets: how they are encoded is for the session to say. */
export interface ListArguments {
  readonly select: {
    readonly subscribed: boolean;
    readonly specialUse: boolean;
    readonly recursiveMatch: boolean;
  };
  readonly reference: Buffer;
  readonly patterns: readonly Buffer[];
  readonly returns: {
    readonly subscribed: boolean;
    readonly children: boolean;
    readonly specialUse: boolean;
    readonly status: readonly StatusItem[] | null;
    /** RFC 8440 §3. */
    readonly myRights: boolean;
  };
  /** Whether the extended syntax was used: an empty pattern then means nothing special. */
  readonly extended: boolean;
}

const OPEN = 0x28;

function parseSelect(scanner: Scanner): ListArguments['select'] {
  const names = new Set(
    scanner.list(() => {
      const name = scanner.keyword();
      if (!['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE'].includes(name)) {
        scanner.fail('Unknown LIST selection option');
      }
      return name;
    }, true),
  );
  const base = names.has('SUBSCRIBED') || names.has('SPECIAL-USE');
  const recursiveMatch = names.has('RECURSIVEMATCH');
  if (recursiveMatch && !base) scanner.fail('RECURSIVEMATCH needs another selection option');
  return { subscribed: names.has('SUBSCRIBED'), specialUse: names.has('SPECIAL-USE'), recursiveMatch };
}

function parseReturns(scanner: Scanner): ListArguments['returns'] {
  let status: StatusItem[] | null = null;
  const names = new Set(
    scanner.list(() => {
      const name = scanner.keyword();
      if (name === 'STATUS') {
        scanner.space();
        status = parseStatusItems(scanner);
      } else if (!['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE', 'MYRIGHTS'].includes(name)) {
        scanner.fail('Unknown LIST return option');
      }
      return name;
    }, true),
  );
  return {
    subscribed: names.has('SUBSCRIBED'),
    children: names.has('CHILDREN'),
    specialUse: names.has('SPECIAL-USE'),
    myRights: names.has('MYRIGHTS'),
    status,
  };
}

/** Reads what follows `LIST SP`. */
export function parseListArguments(scanner: Scanner): ListArguments {
  let extended = false;
  let select: ListArguments['select'] = { subscribed: false, specialUse: false, recursiveMatch: false };
  if (scanner.peek() === OPEN) {
    extended = true;
    select = parseSelect(scanner);
    scanner.space();
  }
  const reference = scanner.astring();
  scanner.space();
  let patterns: Buffer[];
  if (scanner.peek() === OPEN) {
    extended = true;
    patterns = scanner.list(() => scanner.listMailbox());
  } else patterns = [scanner.listMailbox()];
  let returns: ListArguments['returns'] = {
    subscribed: false,
    children: false,
    specialUse: false,
    myRights: false,
    status: null,
  };
  if (scanner.takeSpace()) {
    extended = true;
    if (!scanner.takeKeyword('RETURN')) scanner.fail('Expected RETURN');
    scanner.space();
    returns = parseReturns(scanner);
  }
  return { select, reference, patterns, returns, extended };
}
