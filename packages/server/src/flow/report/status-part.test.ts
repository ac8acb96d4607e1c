import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpoolRecipient } from '../../store/spool/types.ts';
import type { RemoteReply } from '../outcome.ts';
import type { ReportEntry } from './rules.ts';
import { wantsReport } from './rules.ts';
import { meaningOf } from './status.ts';
import { needsGlobalStatus, statusPart } from './status-part.ts';

const recipient: SpoolRecipient = {
  id: 1,
  messageId: 1,
  kind: 'relay',
  state: 'queued',
  accountId: null,
  destination: 'x.test',
  address: 'bob@x.test',
  details: {},
  attempts: 0,
  due: 0,
  leaseOwner: null,
  lastError: null,
};
const head = { reportingMta: 'mail.hongyan.test', queueId: 'q1', envid: undefined, arrivedAt: 0, now: 1000 };

function failure(reply: RemoteReply | null, details: SpoolRecipient['details'] = {}): ReportEntry {
  return {
    recipient: { ...recipient, details },
    action: 'failed',
    reportedBy: 'us',
    diagnostic: {
      stage: 'rcpt',
      status: '5.1.1',
      text: '',
      reply,
      remote: { host: 'mx.x.test', address: '8.0.0.1', port: 25 },
      tls: null,
    },
  };
}

test('what another server says cannot add fields to a report (RFC 3464 §2)', () => {
  const entry = failure({ code: 550, enhanced: null, lines: ['no\r\nAction: delivered', 'x'.repeat(2000)] });
  const part = statusPart(head, [entry], false);
  assert.deepEqual(part.match(/^Action: .*$/gm), ['Action: failed']);
  for (const line of part.split('\r\n')) assert.ok(line.length <= 998, 'RFC 5322 §2.1.1');
});

test('an expansion was no attempt, so it has no time of one (RFC 3464 §2.3.7)', () => {
  const attempted = (action: ReportEntry['action']): boolean =>
    statusPart(head, [{ ...failure(null), action }], false).includes('Last-Attempt-Date: ');
  assert.deepEqual([attempted('failed'), attempted('delivered'), attempted('expanded')], [true, true, false]);
});

test('8-bit texts need the UTF-8 part, or are replaced in the 7-bit one (RFC 6533 §4.1, RFC 3464 §2.1)', () => {
  const entry = failure({ code: 550, enhanced: '5.1.1', lines: ['没有此人'] });
  assert.equal(needsGlobalStatus([entry]), true);
  assert.equal(needsGlobalStatus([failure(null)]), false);
  assert.match(statusPart(head, [entry], true), /Diagnostic-Code: smtp; 550 5\.1\.1 没有此人\r\n/);
  assert.match(statusPart(head, [entry], false), /Diagnostic-Code: smtp; 550 5\.1\.1 \?\?\?\?\r\n/);
});

test('ORCPT: xtext is decoded for rfc822, the utf-8 type gets the form that fits (RFC 3464 §2.3.1, RFC 6533 §3)', () => {
  const original = (orcpt: string, global: boolean): string | undefined =>
    /^Original-Recipient: (.*)$/m.exec(statusPart(head, [failure(null, { orcpt })], global))?.[1];
  assert.equal(original('rfc822;a+2Bb@x.test', false), 'rfc822;a+b@x.test');
  assert.equal(original('utf-8;\\x{9C8D}@x.test', true), 'utf-8;鲍@x.test');
  assert.equal(original('utf-8;\\x{9C8D}@x.test', false), 'utf-8;\\x{9C8D}@x.test');
  assert.equal(original('utf-8;\\x{D800}\\x{110000}@x.test', true), 'utf-8;\\x{D800}\\x{110000}@x.test');
  assert.equal(original('nonsense', false), undefined);
});

test('NOTIFY and who is asked: the table of RFC 3461 §4.1 and §5.2', () => {
  const entry = failure(null);
  const wants = (
    action: ReportEntry['action'],
    notify: SpoolRecipient['details']['notify'],
    by: 'us' | 'next',
  ): boolean =>
    wantsReport({
      ...entry,
      action,
      reportedBy: by,
      recipient: { ...recipient, details: notify === undefined ? {} : { notify } },
    });
  assert.deepEqual(
    [undefined, ['NEVER'] as const, ['SUCCESS'] as const, ['FAILURE'] as const, ['DELAY'] as const].map(
      notify => [
        wants('failed', notify, 'us'),
        wants('delayed', notify, 'us'),
        wants('relayed', notify, 'us'),
        wants('relayed', notify, 'next'),
      ],
    ),
    [
      [true, true, false, false],
      [false, false, false, false],
      [false, false, true, false],
      [true, false, false, false],
      [false, true, false, false],
    ],
  );
});

test('every status has a meaning for people (RFC 3463 §3)', () => {
  assert.equal(meaningOf('5.1.1'), 'report.why.address_unknown');
  assert.equal(meaningOf('5.1.10'), 'report.why.domain_unknown');
  assert.equal(meaningOf('4.4.1'), 'report.why.unreachable');
  assert.equal(meaningOf('5.4.7'), 'report.why.expired');
  assert.equal(meaningOf('5.9.9'), 'report.why.other');
  assert.equal(meaningOf(''), 'report.why.other');
});
