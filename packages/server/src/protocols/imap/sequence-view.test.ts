import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import * as fc from 'fast-check';
import type { MessageEntry } from '../../mailbox/types.ts';
import { SequenceView } from './sequence-view.ts';

function view(...uids: number[]): SequenceView {
  return new SequenceView({ uids: Uint32Array.from(uids), modseq: 10 });
}

function entry(uid: number, modseq: number): MessageEntry & { created: boolean } {
  return { uid, modseq, messageId: uid, flags: { bits: 1, keywords: [] }, created: false };
}

test('sequence numbers and UIDs (RFC 9051 §2.3.1)', () => {
  const seen = view(3, 5, 9);
  assert.equal(seen.uidAt(2), 5);
  assert.equal(seen.uidAt(4), 0);
  assert.equal(seen.sequenceOf(9), 3);
  assert.equal(seen.sequenceOf(4), 0);
  assert.deepEqual(seen.uidsOfSequences([[1, 3]]), [
    [3, 3],
    [5, 5],
    [9, 9],
  ]);
  assert.deepEqual(
    [
      ...seen.knownUids([
        [1, 4],
        [9, 100],
      ]),
    ],
    [3, 9],
  );
  assert.equal(view().lastUid, 0);
});

test('UIDs behind ranges of sequence numbers are those one by one, as few ranges as can be', () => {
  const uids = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(uids, fc.array(fc.nat(), { maxLength: 20 }), (some, picks) => {
      const ascending = some.toSorted((a, b) => a - b);
      const sequences = [...new Set(picks.map(pick => 1 + (pick % ascending.length)))].toSorted(
        (a, b) => a - b,
      );
      const expected = rangesOf(sequences.map(sequence => ascending[sequence - 1] ?? 0));
      assert.deepEqual(view(...ascending).uidsOfSequences(rangesOf(sequences)), expected);
    }),
  );
});

test('an expunged message keeps its number until EXPUNGE may be said (RFC 9051 §7.5.1)', () => {
  const seen = view(3, 5, 9);
  seen.absorb({ modseq: 11, changed: [], vanished: [3, 9] });
  const silent = seen.announce(false);
  assert.deepEqual(silent.expunged, []);
  assert.equal(seen.count, 3);
  assert.equal(seen.hidesExpunged, true);
  assert.equal(seen.sequenceOf(5), 2);
  const told = seen.announce(true);
  assert.deepEqual(told.expunged, [3, 1]);
  assert.deepEqual(told.vanished, [3, 9]);
  assert.equal(seen.sequenceOf(5), 1);
  assert.equal(seen.hidesExpunged, false);
});

test('new messages: EXISTS may be said at any time; one that came and went is never mentioned', () => {
  const seen = view(3);
  seen.absorb({ modseq: 12, changed: [entry(4, 11), entry(5, 12)], vanished: [] });
  seen.absorb({ modseq: 13, changed: [], vanished: [4] });
  const told = seen.announce(false);
  assert.equal(told.exists, 2);
  assert.deepEqual([...seen.uids], [3, 5]);
  assert.equal(seen.announce(true).exists, null);
});

test('the shared UID vector is never written to', () => {
  const shared = Uint32Array.from([1, 2, 3]);
  const one = new SequenceView({ uids: shared, modseq: 1 });
  one.absorb({ modseq: 2, changed: [entry(4, 2)], vanished: [2] });
  one.announce(true);
  assert.deepEqual([...shared], [1, 2, 3]);
  assert.deepEqual([...one.uids], [1, 3, 4]);
});

test('flag changes are announced once, own ones not, those of gone messages never', () => {
  const seen = view(1, 2, 3);
  seen.markTold([{ uid: 1, modseq: 11 }]);
  seen.absorb({ modseq: 13, changed: [entry(1, 11), entry(2, 12), entry(3, 13)], vanished: [] });
  seen.absorb({ modseq: 14, changed: [], vanished: [3] });
  assert.deepEqual(
    seen.announce(false).changed.map(change => change.sequence),
    [2],
  );
  assert.deepEqual(seen.announce(true).changed, []);
  seen.absorb({ modseq: 15, changed: [entry(1, 15)], vanished: [] });
  assert.equal(seen.announce(true).changed.length, 1);
});

test('a whole new picture in place of changes that cannot be told', () => {
  const seen = view(1, 2, 3);
  seen.absorbWhole({ uids: Uint32Array.from([2, 3, 7]), modseq: 20 }, [
    entry(2, 5),
    entry(3, 15),
    entry(7, 20),
  ]);
  const told = seen.announce(true);
  assert.deepEqual(told.expunged, [1]);
  assert.equal(told.exists, 3);
  assert.deepEqual(
    told.changed.map(change => change.entry.uid),
    [3],
  );
});

test('property: a client that follows the announcements always knows the right numbers', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('arrive' as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('expunge' as const), at: fc.nat({ max: 20 }) }),
    fc.record({ kind: fc.constant('announce' as const), allowed: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const server = [1, 2, 3];
      const seen = view(...server);
      const client = [...server];
      let next = 4;
      let modseq = 10;
      for (const action of steps) {
        modseq++;
        if (action.kind === 'arrive') {
          const uids = Array.from({ length: action.count }, () => next++);
          server.push(...uids);
          seen.absorb({ modseq, changed: uids.map(uid => entry(uid, modseq)), vanished: [] });
        } else if (action.kind === 'expunge') {
          const [uid] = server.splice(action.at % (server.length + 1), 1);
          if (uid !== undefined) seen.absorb({ modseq, changed: [], vanished: [uid] });
        } else {
          const told = seen.announce(action.allowed);
          for (const sequence of told.expunged) client.splice(sequence - 1, 1);
          if (told.exists !== null) client.push(...Array.from(seen.uids.subarray(client.length)));
          assert.deepEqual(client, [...seen.uids]);
        }
      }
      seen.announce(true);
      assert.deepEqual([...seen.uids], server);
    }),
  );
});
