import { type JsonObject, objectOf } from './json.ts';

/** Type states of one account by type name. */
export type TypeStates = Readonly<Record<string, string>>;

/** A StateChange object (RFC 8620 §7.1) from account ids and their new states. */
export function stateChange(changed: ReadonlyMap<string, TypeStates>): JsonObject {
  return { '@type': 'StateChange', changed: objectOf(changed) };
}

/** The types of `after` whose state differs from `before`; null when none does. */
export function changedStates(before: TypeStates, after: TypeStates): TypeStates | null {
  const entries = Object.entries(after).filter(([type, state]) => before[type] !== state);
  return entries.length === 0 ? null : objectOf(entries);
}

/** One event of a text/event-stream. `data` has no line ends (JSON has none). */
export function eventFrame(event: string, data: string, id: string | null = null): string {
  return `event: ${event}\r\n${id === null ? '' : `id: ${id}\r\n`}data: ${data}\r\n\r\n`;
}
