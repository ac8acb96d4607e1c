import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { scanMessage } from '../scan.ts';
import { maxReportBytes, parseReport, reportParts, returnedHeader } from './report.ts';

const crlf = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'));

const status = `Original-Envelope-Id: abc
Reporting-MTA: dns; mx.example.net

Original-Recipient: rfc822; bob@example.net
Final-Recipient: rfc822; robert@example.net
Action: failed
Status: 5.1.1 (unknown)
Diagnostic-Code: smtp; 550 5.1.1
 no such user

Final-Recipient: utf-8;李四@example.net
Action: Delivered
Status: 2.0.0
`;

test('RFC 3464 §2: fields of the message, and what became of each recipient', () => {
  assert.deepEqual(parseReport(crlf(status)), {
    envelopeId: 'abc',
    recipients: [
      {
        addresses: ['bob@example.net', 'robert@example.net'],
        action: 'failed',
        status: '5.1.1',
        reply: '550 5.1.1 no such user',
      },
      { addresses: ['李四@example.net'], action: 'delivered', status: '2.0.0', reply: null },
    ],
  });
  assert.deepEqual(parseReport(Buffer.from(status)), parseReport(crlf(status)), 'bare line feeds');
});

test('what says nothing of a recipient is no report; other address types and diagnostics count for nothing', () => {
  for (const text of [
    '',
    '\n\n\n',
    'Reporting-MTA: dns; a\n',
    'Action:\n',
    'nothing',
    `Action: ${'x'.repeat(50)}\n`,
  ]) {
    assert.equal(parseReport(crlf(text)), null, JSON.stringify(text));
  }
  const odd =
    'a: b\n\nFinal-Recipient: x400; c@d\nAction: failed\nDiagnostic-Code: x-y; 550 no\nStatus: soon\n';
  assert.deepEqual(parseReport(crlf(odd))?.recipients, [
    { addresses: [], action: 'failed', status: null, reply: null },
  ]);
});

test('a report is looked at up to a limit, whatever its size', () => {
  const many = Buffer.from('Action: failed\r\n\r\n'.repeat(maxReportBytes));
  assert.equal(parseReport(many)?.recipients.length, 1_000);
});

test('RFC 3464 §2, RFC 6522 §3: the parts of a report, with the message, its header or neither', () => {
  const message = (third: string): Buffer =>
    crlf(`Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

${status}
--b${third}
`);
  const returned = (third: string): string | null => {
    const bytes = message(third);
    const part = reportParts(scanMessage(bytes).root)?.returned;
    return part ? returnedHeader(bytes.subarray(part.bodyStart, part.end)).messageId : null;
  };
  const header = 'Message-ID: <1@example.org>\nSubject: x\n';
  assert.equal(returned(`\nContent-Type: text/rfc822-headers\n\n${header}\n--b--`), '1@example.org');
  assert.equal(
    returned(`\nContent-Type: message/rfc822\n\n${header}\nMessage-ID: <2@x>\n--b--`),
    '1@example.org',
  );
  assert.equal(returned('--'), null);
  assert.equal(returned(`\nContent-Type: image/png\n\n${header}\n--b--`), null);
  assert.ok(reportParts(scanMessage(message('--')).root));
  assert.equal(reportParts(scanMessage(crlf(status)).root), null);
});

test('RFC 5321 §4.4: the ids under which servers had the returned message, the last one first', () => {
  const header =
    crlf(`Received: from a (id x) by b with ESMTPS id abc123 for <id@c.test>; Mon, 1 Jan 2024 00:00:00 +0000
Subject: id not-this
received: by ours (Hongyan) with HTTPS
 id 0123456789abcdef;
	Mon, 1 Jan 2024 00:00:00 +0000
Received: nothing

Received: by body id late;
`);
  assert.deepEqual(returnedHeader(header), {
    messageId: null,
    traceIds: ['abc123', '0123456789abcdef'],
  });
  const many = Buffer.from('Received: by a id b\r\n'.repeat(5_000));
  assert.equal(returnedHeader(many).traceIds.length, 200);
  assert.deepEqual(returnedHeader(Buffer.alloc(0)), { messageId: null, traceIds: [] });
});
