import { Buffer } from 'node:buffer';
import type { GroupResolution } from '../../directory/types.ts';

/** Characters of a dot-atom (RFC 5322 §3.2.3), of which list labels are made. */
const dotAtom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** Most octets of a list identifier (RFC 2919 §3). */
const maxOctets = 255;

/**
 * The List-Id field of a group (RFC 2919 §3), without line end: the address with a dot for its at sign, which stays the
 * same when the group is renamed. A local part that is no dot-atom gives way to the number of the group.
 */
export function listIdField(group: Pick<GroupResolution, 'address' | 'groupId'>): string {
  const at = group.address.lastIndexOf('@');
  const local = group.address.slice(0, at);
  const domain = group.address.slice(at + 1);
  const label = dotAtom.test(local) ? local : `group-${group.groupId}`;
  const id = `${label}.${domain}`;
  const fits = Buffer.byteLength(id) <= maxOctets;
  return `List-Id: <${fits ? id : `group-${group.groupId}.${domain.slice(0, maxOctets - 32)}`}>`;
}
