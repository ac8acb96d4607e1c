import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadBySubject } from './ordered-subject.ts';
import { threadByReferences } from './references.ts';
import { type ThreadRow, threadText } from './thread-tree.ts';

function row(uid: number, more: Partial<ThreadRow> = {}): ThreadRow {
  return {
    uid,
    date: uid,
    subject: `S${uid}`,
    isReply: false,
    messageId: `${uid}`,
    references: [],
    ...more,
  };
}

function byReferences(rows: readonly ThreadRow[]): string {
  return threadText(threadByReferences(rows), uid => uid);
}

test('REFERENCES: parents by id, siblings by date (RFC 5256 §3)', () => {
  const rows = [
    row(2),
    row(3),
    row(6, { references: ['3'] }),
    row(44, { references: ['3', '6'], date: 50 }),
    row(4, { references: ['6'] }),
    row(23, { references: ['4'] }),
    row(7, { references: ['44'] }),
    row(96, { references: ['7'] }),
  ];
  assert.equal(byReferences(rows), '(2)(3 6 (4 23)(44 7 96))');
});

test('REFERENCES: answers to a message that is not there are siblings without it (RFC 5256 §4)', () => {
  assert.equal(byReferences([row(3, { references: ['x'] }), row(5, { references: ['x'] })]), '((3)(5))');
  assert.equal(byReferences([row(3, { references: ['x'] })]), '(3)');
  assert.equal(
    byReferences([row(1), row(3, { references: ['1', 'x'] }), row(5, { references: ['1', 'x'] })]),
    '(1 (3)(5))',
  );
});

test('REFERENCES: loops and doubled ids do no harm (RFC 5256 §3 step 1)', () => {
  assert.equal(
    byReferences([
      row(1, { references: ['2'] }),
      row(2, { references: ['1'] }),
      row(3, { references: ['3'] }),
    ]),
    '(2 1)(3)',
  );
  assert.equal(
    byReferences([row(1, { messageId: 'a' }), row(2, { messageId: 'a' }), row(3, { references: ['a'] })]),
    '(1 3)(2)',
  );
  assert.equal(byReferences([row(1, { messageId: null }), row(2, { messageId: null })]), '(1)(2)');
});

test('REFERENCES: threads of one base subject are joined (RFC 5256 §3 step 5)', () => {
  const same = { subject: 'X' };
  assert.equal(byReferences([row(1, same), row(2, { ...same, isReply: true })]), '(1 2)');
  assert.equal(byReferences([row(1, { ...same, isReply: true }), row(2, same)]), '(2 1)');
  assert.equal(byReferences([row(1, same), row(2, same), row(3, same)]), '((1)(2)(3))');
  assert.equal(byReferences([row(1, { subject: '' }), row(2, { subject: '' })]), '(1)(2)');
  const orphans = [
    row(1, { ...same, references: ['x'] }),
    row(2, { ...same, references: ['x'] }),
    row(3, same),
  ];
  assert.equal(byReferences(orphans), '((1)(2)(3))');
});

test('REFERENCES: twenty thousand answers in a row, and to one message, are handled in time and without a deep stack', () => {
  const chain = Array.from({ length: 20_000 }, (_, index) =>
    row(index + 1, { references: [String(index)], subject: '' }),
  );
  assert.ok(byReferences(chain).startsWith('(1 2 3 '));
  const star = Array.from({ length: 20_000 }, (_, index) =>
    row(index + 2, { references: ['1'], subject: 'X' }),
  );
  assert.ok(byReferences([row(1), ...star]).startsWith('(1 (2)(3)'));
});

test('ORDEREDSUBJECT: one level of answers below the first of each subject (RFC 5256 §3)', () => {
  const rows = [
    row(1, { subject: 'A', date: 30 }),
    row(2, { subject: 'B', date: 20 }),
    row(3, { subject: 'A', date: 10 }),
    row(4, { subject: 'A', date: 40 }),
    row(5, { subject: 'B', date: 25 }),
  ];
  assert.equal(
    threadText(threadBySubject(rows), uid => uid),
    '(3 (1)(4))(2 5)',
  );
});
