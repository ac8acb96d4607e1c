import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveryStatus } from './delivery-status.ts';

test('RFC 8621 §7: the newest step of each recipient counts, and the other server’s words', () => {
  const steps = [
    { event: 'relayed', recipient: 'a@out.test', reply: '250 2.0.0 Ok: queued as 1' },
    { event: 'deferred', recipient: 'a@out.test', reply: '451 4.7.1 Later' },
    { event: 'deferred', recipient: 'b@out.test', reply: '451 4.7.1 Later' },
    { event: 'failed', recipient: 'c@out.test', reply: '550 5.1.1 No such user' },
    { event: 'delivered', recipient: 'd@in.test' },
    { event: 'expired', recipient: 'e@out.test' },
    { event: 'notified', recipient: 'e@out.test' },
    { event: 'accepted' },
  ];
  const names = ['A@out.test', 'b@out.test', 'c@out.test', 'd@in.test', 'e@out.test', 'f@out.test'];
  const status = deliveryStatus(names, steps);
  const displayed = 'unknown';
  assert.deepEqual(status, {
    'A@out.test': { smtpReply: '250 2.0.0 Ok: queued as 1', delivered: 'unknown', displayed },
    'b@out.test': { smtpReply: '451 4.7.1 Later', delivered: 'queued', displayed },
    'c@out.test': { smtpReply: '550 5.1.1 No such user', delivered: 'no', displayed },
    'd@in.test': { smtpReply: '250 2.0.0 Delivered', delivered: 'yes', displayed },
    'e@out.test': { smtpReply: '550 5.4.7 Not delivered in time', delivered: 'no', displayed },
    'f@out.test': { smtpReply: '250 2.1.5 Accepted', delivered: 'queued', displayed },
  });
});

test('an alias or a group has no step of its own; names of objects are names like others', () => {
  const status = deliveryStatus(
    ['list@in.test', '__proto__', 'constructor'],
    [
      { event: 'delivered', recipient: 'member@in.test' },
      { event: 'constructor', recipient: 'x@in.test' },
    ],
  );
  assert.deepEqual(Object.keys(status), ['list@in.test', '__proto__', 'constructor']);
  assert.deepEqual(status['list@in.test'], {
    smtpReply: '250 2.1.5 Accepted',
    delivered: 'unknown',
    displayed: 'unknown',
  });
});

test('RFC 8621 §7: a notification decides where another server has the mail, and only delivered and failed do', () => {
  const steps = [
    { event: 'relayed', recipient: 'a@out.test', reply: '250 ok' },
    { event: 'relayed', recipient: 'b@out.test', reply: '250 ok' },
    { event: 'relayed', recipient: 'c@out.test', reply: '250 ok' },
    { event: 'delivered', recipient: 'd@in.test' },
    { event: 'deferred', recipient: 'e@out.test', reply: '451 4.7.1 Later' },
  ];
  const reports = [
    { recipient: 'a@out.test', action: 'failed', reply: '550 5.1.1 no such user' },
    { recipient: 'b@out.test', action: 'delivered', reply: null },
    { recipient: 'c@out.test', action: 'delayed', reply: '451 later' },
    { recipient: 'd@in.test', action: 'failed', reply: '550 no' },
    { recipient: 'e@out.test', action: 'failed', reply: '550 no' },
    { recipient: 'list@in.test', action: 'delivered', reply: null },
  ];
  const names = ['A@out.test', 'b@out.test', 'c@out.test', 'd@in.test', 'e@out.test', 'list@in.test'];
  const status = deliveryStatus(names, steps, new Set(), reports);
  assert.deepEqual(
    Object.values(status).map(each => [
      (each as { delivered: string }).delivered,
      (each as { smtpReply: string }).smtpReply,
    ]),
    [
      ['no', '550 5.1.1 no such user'],
      ['yes', '250 2.0.0 Delivered'],
      ['unknown', '250 ok'],
      ['yes', '250 2.0.0 Delivered'],
      ['queued', '451 4.7.1 Later'],
      ['yes', '250 2.0.0 Delivered'],
    ],
  );
});
