import type { Text } from '../language/text.ts';
import { excerpt } from '../problem.ts';
import type { Run } from './run.ts';

const urn = 'urn:ietf:params:sieve:';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The name of a list in one spelling: `:addrbook:default` stands for the whole URN (RFC 6134 §2.5). */
export function listName(given: string): string {
  const whole = given.startsWith(':') ? `${urn}${given.slice(1)}` : given;
  if (!whole.toLowerCase().startsWith(`${urn}addrbook:`)) return whole;
  const book = decoded(whole.slice(urn.length + 'addrbook:'.length));
  return `${urn}addrbook:${book.toLowerCase() === 'default' ? 'default' : book}`;
}

/**
 * Whether one of the values stands in one of the lists; `${0}` becomes it (RFC 6134 §2.2). A list that is not there ends the
 * script.
 */
export async function matchLists(
  run: Run,
  values: readonly string[],
  names: readonly Text[],
): Promise<boolean> {
  for (const name of names) {
    const list = listName(run.text(name));
    for (const given of values) {
      const value = given.trim();
      run.step(name.at);
      run.spend(value.length + 1, name.at);
      const found = (await run.environment.inList?.(list, value)) ?? null;
      if (found === null) run.fail('run_not_available', name.at, { name: excerpt(list) });
      if (!found) continue;
      run.setMatches([value]);
      return true;
    }
  }
  return false;
}
