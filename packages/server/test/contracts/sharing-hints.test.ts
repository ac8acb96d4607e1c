import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMailbox } from '../../src/mailbox/create.ts';
import { setAcl } from '../../src/mailbox/sharing/acl.ts';
import type { Neighbours } from '../../src/mailbox/sharing/neighbours.ts';
import { parseRights } from '../../src/mailbox/sharing/rights.ts';
import { withAccount } from '../store-fixture/mailbox-fixture.ts';

const bob = 'bob@hongyan.test';
const bobId = 55;

test('RFC 4314 §3.1: who is let into one folder while another is taken from them is still known as let in', () =>
  withAccount(async ({ ctx }, scope) => {
    const hints = new Set<number>();
    let meanwhile: (() => Promise<void>) | null = null;
    const neighbours: Neighbours = {
      reachable: () => Promise.resolve([]),
      find: () => Promise.resolve(bobId),
      addresses: () => Promise.resolve(new Map([[bobId, bob]])),
      async note(_tenant, _owner, grantee, on) {
        if (on) {
          hints.add(grantee);
          return;
        }
        const work = meanwhile;
        meanwhile = null;
        await work?.();
        hints.delete(grantee);
      },
    };
    const shared = { ...ctx, neighbours };
    const [one, two] = [await createMailbox(ctx, scope, ['one']), await createMailbox(ctx, scope, ['two'])];
    const reading = { mode: 'set', rights: parseRights('lr') } as const;
    const nothing = { mode: 'set', rights: parseRights('') } as const;
    await setAcl(shared, scope, one.id, bob, reading);
    assert.deepEqual([...hints], [bobId]);
    meanwhile = () => setAcl(shared, scope, two.id, bob, reading);
    await setAcl(shared, scope, one.id, bob, nothing);
    assert.deepEqual([...hints], [bobId]);
    await setAcl(shared, scope, two.id, bob, nothing);
    assert.deepEqual([...hints], []);
  }));
