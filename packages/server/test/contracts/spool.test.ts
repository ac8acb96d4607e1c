import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  localRecipient,
  newMessage,
  openFixture,
  temporaryDirectory,
  textBody,
} from '../store-fixture/spool-fixture.ts';

test('an accepted message is claimed by the process that took it, and complete removes it', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await using writer = store.blobs.create(1);
  await writer.write(textBody(1, 4000));
  const ref = await writer.seal();
  const [claimed] = await store.spool.accept([
    newMessage('q1', ref, [localRecipient(10), localRecipient(11)]),
  ]);
  assert.ok(claimed);
  assert.equal(claimed.recipients.length, 2);
  assert.deepEqual(await store.spool.claimDue('local', 10), []);
  const ids = claimed.recipients.map(recipient => recipient.id);
  assert.deepEqual(await store.spool.complete(ids), ids);
  assert.equal(await store.spool.message(claimed.message.id), null);
  assert.deepEqual(await store.blobs.read(1, ref.hash), textBody(1, 4000));
});
