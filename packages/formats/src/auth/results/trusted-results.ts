import type { HeaderBlock } from '../../message/headers.ts';
import { type AuthenticationResults, parseResults } from './results-field.ts';

/**
 * What the server called `server` found out about a stored message, or null. Only the topmost Authentication-Results
 * field counts: the server puts one on every message that comes from outside, above whatever the sender wrote, and leaves
 * forged ones below byte-exact (RFC 8601 §5 lets a reader ignore what it does not trust).
 */
export function trustedResults(block: HeaderBlock, server: string): AuthenticationResults | null {
  const field = block.fields.find(({ key }) => key === 'authentication-results');
  const results = field === undefined ? null : parseResults(block.text(field));
  return results !== null && results.server.toLowerCase() === server.toLowerCase() ? results : null;
}
