import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPhrases, languages } from '@hongyan/phrases/phrases.ts';
import { type ErrorCode, errorCatalogue, MailError } from '../../platform/errors.ts';
import { capabilityLines } from './capabilities.ts';
import { replyOfError } from './error-reply.ts';
import { pop3Commands } from './registry.ts';
import { isRefusal, replyLine } from './replies.ts';

test('every command has a keyword of its own of 3 or 4 characters, states and the sections that define it (RFC 2449 §3)', () => {
  const keywords = pop3Commands.map(command => command.keyword);
  assert.deepEqual(keywords, [...new Set(keywords)]);
  for (const command of pop3Commands) {
    assert.match(command.keyword, /^[A-Z0-9]{3,4}$/);
    assert.ok(command.states.length > 0 && command.rfc.length > 0, command.keyword);
  }
});

test('messages can be touched only after signing in (RFC 1939 §3)', () => {
  const before = pop3Commands
    .filter(command => command.states.includes('authorization'))
    .map(command => command.keyword);
  assert.deepEqual(before.toSorted(), ['AUTH', 'CAPA', 'LANG', 'PASS', 'QUIT', 'STLS', 'USER', 'UTF8']);
});

test('CAPA names no way to send a password in plain where that is not allowed (RFC 2595 §2)', () => {
  const open = capabilityLines({ stls: true, passwords: false, channelBinding: false, tokens: false });
  assert.ok(open.includes('STLS') && !open.includes('USER') && open.includes('SASL SCRAM-SHA-256'));
  const secured = capabilityLines({ stls: false, passwords: true, channelBinding: true, tokens: true });
  assert.ok(!secured.includes('STLS') && secured.includes('USER'));
  assert.ok(secured.includes('SASL SCRAM-SHA-256-PLUS SCRAM-SHA-256 OAUTHBEARER XOAUTH2 PLAIN'));
});

test('every failure of the catalogue is an -ERR; temporary ones without a better word are [SYS/TEMP] (RFC 3206 §4)', () => {
  const phrases = createPhrases('en');
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const error = new MailError(code);
    const name = replyOfError(error);
    assert.ok(name !== null && isRefusal(name), code);
    const line = replyLine(phrases, name);
    assert.match(line, /^-ERR (?:\[(?:AUTH|IN-USE|SYS\/TEMP|SYS\/PERM)\] )?[ -Z\\^-~]+\r\n$/, code);
  }
  assert.equal(replyOfError(new MailError('store.busy')), 'unavailable');
  assert.equal(replyOfError(new MailError('mailbox.not_found')), 'broken');
  assert.equal(replyOfError(new TypeError('x')), null);
});

test('no answer in any language begins with a bracket, which would be a response code (RFC 2449 §6.4)', () => {
  for (const language of languages) {
    const phrases = createPhrases(language);
    assert.match(replyLine(phrases, 'done'), /^\+OK [^[]/);
    assert.match(replyLine(phrases, 'greeting', { host: 'mail.test' }), /^\+OK mail\.test [^<>]*\r\n$/);
  }
});
