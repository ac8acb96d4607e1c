import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { FuzzTarget } from '../../fuzz.ts';
import { parseReport, returnedHeader } from './report.ts';

/** Reading never throws; what it gives is bounded and fits on a line. */
export const target: FuzzTarget = {
  name: 'delivery-report',
  seeds: () => [
    Buffer.from(
      'Reporting-MTA: dns; a.test\r\n\r\nFinal-Recipient: rfc822; b@c.test\r\nAction: failed\r\nStatus: 5.1.1\r\n',
    ),
  ],
  dictionary: [
    'Action: ',
    'Final-Recipient: rfc822; ',
    'Diagnostic-Code: smtp; 550 ',
    'Status: 5.1.1',
    'Received: by a id b;',
    '\r\n\r\n',
  ],
  run(input) {
    for (const id of returnedHeader(input).traceIds) assert.match(id, /^[^\s;]+$/);
    for (const { reply, action } of parseReport(input)?.recipients ?? []) {
      assert.ok(!/[\r\n\0]/.test(`${reply ?? ''}${action}`), 'no line ends');
    }
  },
};
