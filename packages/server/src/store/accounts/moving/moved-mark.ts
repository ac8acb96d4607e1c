import type { SqlTransaction } from '../../sql/port.ts';
import { statement } from '../../sql/port.ts';
import type { Placement } from '../placement.ts';

/**
 * Stands in place of a boot id in the state of an account that has moved, and says where: whoever comes to the old place
 * goes on there. Its commit is the moment of the move.
 */
const prefix = 'moved:';

const mark = statement('UPDATE account_state SET boot_id = $2 WHERE account_id = $1');

/** A placement as one writes it: `file`, `shard:NAME`, `postgres:NAME`. */
export function placementText(placement: Placement): string {
  return placement.kind === 'file' ? 'file' : `${placement.kind}:${placement.location}`;
}

/** The placement that a text names; null when it names none. */
export function readPlacementText(text: string): Placement | null {
  if (text === 'file') return { kind: 'file', location: ownFile };
  const [kind, location = ''] = text.split(':', 2);
  if (kind === 'postgres') {
    const name = location === '' ? 'main' : location;
    return /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name) ? { kind, location: name } : null;
  }
  if (kind !== 'shard' || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(location)) return null;
  return { kind, location };
}

/** Location of an account that was moved into a file of its own; an empty one means "as the configuration says". */
export const ownFile = 'own';

export function samePlacement(a: Placement, b: Placement): boolean {
  return placementText(a) === placementText(b);
}

/** Where the account went, from the boot id of its state; null when it is here. */
export function movedTo(bootId: string): Placement | null {
  return bootId.startsWith(prefix) ? readPlacementText(bootId.slice(prefix.length)) : null;
}

/** Says in the old place where the account is from this commit on. */
export async function markMoved(tx: SqlTransaction, accountId: number, to: Placement): Promise<void> {
  await tx.run(mark, accountId, `${prefix}${placementText(to)}`);
}

/** Thrown where an account has moved away; the store goes on at `to`. */
export class AccountMoved extends Error {
  readonly to: Placement;

  constructor(to: Placement) {
    super(`the account has moved to ${placementText(to)}`);
    this.to = to;
  }
}
