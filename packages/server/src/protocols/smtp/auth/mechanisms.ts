import type { Connection } from '../../../platform/net/connection.ts';
import { oauthBearer, xoauth2 } from './bearer.ts';
import { login } from './login.ts';
import type { AuthMechanism } from './mechanism.ts';
import { plain } from './plain.ts';
import { scram, scramPlus } from './scram.ts';

/** In the order they are offered: best first. */
const mechanisms: readonly AuthMechanism[] = [scramPlus, scram, oauthBearer, xoauth2, plain, login];

function works(mechanism: AuthMechanism, connection: Connection, tokens: boolean): boolean {
  if (mechanism.takesTokens === true && !tokens) return false;
  return !mechanism.bindsChannel || connection.tls !== null;
}

/** Names of the mechanisms that work on this connection; `tokens`: bearer tokens are taken. */
export function mechanismsOf(connection: Connection, tokens: boolean): string[] {
  return mechanisms
    .filter(mechanism => works(mechanism, connection, tokens))
    .map(mechanism => mechanism.name);
}

export function mechanismNamed(name: string, connection: Connection, tokens: boolean): AuthMechanism | null {
  const upper = name.toUpperCase();
  const found = mechanisms.find(mechanism => mechanism.name === upper);
  return found !== undefined && works(found, connection, tokens) ? found : null;
}
