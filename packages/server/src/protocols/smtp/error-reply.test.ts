import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, errorCatalogue, MailError } from '../../platform/errors.ts';
import { errorReply } from './error-reply.ts';
import { commands } from './registry.ts';
import { replies } from './replies.ts';

test('every failure has one line of ASCII whose codes agree (RFC 5321 §4.2, RFC 2034 §4)', () => {
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const { code: number, text } = errorReply(new MailError(code, { secret: 'never shown' }));
    assert.match(text, /^[45]\d\d [45]\.\d{1,3}\.\d{1,3} [ -~]{3,80}\r\n$/, code);
    assert.equal(text[0], text[4], code);
    assert.equal(text.slice(0, 3), String(number));
    assert.doesNotMatch(text, /never shown/);
  }
});

test('a failure without a name is a temporary one and tells nothing', () => {
  assert.equal(errorReply(new TypeError('secret')).text, '451 4.3.0 Local error, try again later\r\n');
});

test('the replies of the table agree with themselves; 3xx carry no enhanced code (RFC 2034 §4)', () => {
  for (const [name, { code, text }] of Object.entries(replies)) {
    const pattern =
      code < 400 && code >= 300 ? /^3\d\d [ -~]+\r\n$/ : /^([245])\d\d \1\.\d\.\d{1,2} [ -~]+\r\n$/;
    assert.match(text, pattern, name);
    assert.ok(text.startsWith(String(code)), name);
  }
});

test('verbs are registered once, in upper case, with the RFC that defines them', () => {
  assert.equal(new Set(commands.map(command => command.verb)).size, commands.length);
  for (const { verb, rfc } of commands) {
    assert.match(verb, /^[A-Z]{4,8}$/);
    assert.match(rfc, /^RFC \d+ §[\d.]+$/);
  }
});
