import type { Connection } from '../../../platform/net/connection.ts';
import { login } from './login.ts';
import type { AuthMechanism } from './mechanism.ts';
import { plain } from './plain.ts';
import { scram, scramPlus } from './scram.ts';

/** In the order they are offered: best first. */
const mechanisms: readonly AuthMechanism[] = [scramPlus, scram, plain, login];

/** Names of the mechanisms that work on this connection. */
export function mechanismsOf(connection: Connection): string[] {
  return mechanisms
    .filter(mechanism => !mechanism.bindsChannel || connection.tls !== null)
    .map(mechanism => mechanism.name);
}

export function mechanismNamed(name: string, connection: Connection): AuthMechanism | null {
  const upper = name.toUpperCase();
  const found = mechanisms.find(mechanism => mechanism.name === upper);
  return found === undefined || (found.bindsChannel && connection.tls === null) ? null : found;
}
