import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilityText, offeredMechanisms } from './capabilities.ts';
import { imapCommands } from './registry.ts';

test('every command has a name of its own, states and the sections that define it', () => {
  const names = imapCommands.map(command => command.name);
  assert.deepEqual(names, [...new Set(names)]);
  for (const command of imapCommands) {
    assert.match(command.name, /^[A-Z]+$/);
    assert.ok(command.states.length > 0 && command.rfc.length > 0, command.name);
  }
});

test('FETCH, STORE, SEARCH, SORT and THREAD use sequence numbers, so nothing is expunged under them (RFC 9051 §7.5.1)', () => {
  const using = imapCommands
    .filter(command => command.sequenceEffect === 'uses')
    .map(command => command.name);
  assert.deepEqual(using.toSorted(), ['FETCH', 'SEARCH', 'SORT', 'STORE', 'THREAD']);
});

test('CAPABILITY by state: what RFC 9051 §6.1.1 and appendix E want, sign-in mechanisms only before', () => {
  const common = {
    encrypted: false,
    compressed: false,
    startTls: true,
    passwords: false,
    channelBinding: false,
    tokens: true,
    commands: imapCommands.flatMap(command => command.capability),
    appendLimit: 100,
  };
  const before = capabilityText({ ...common, state: 'not-authenticated' }).split(' ');
  assert.deepEqual(before.slice(0, 2), ['IMAP4rev1', 'IMAP4rev2']);
  for (const name of ['STARTTLS', 'LOGINDISABLED', 'AUTH=SCRAM-SHA-256', 'SASL-IR', 'LITERAL+']) {
    assert.ok(before.includes(name), name);
  }
  const after = capabilityText({ ...common, state: 'authenticated' }).split(' ');
  for (const name of [
    'UIDPLUS',
    'MOVE',
    'IDLE',
    'NAMESPACE',
    'UNSELECT',
    'ESEARCH',
    'LIST-STATUS',
    'APPENDLIMIT=100',
  ]) {
    assert.ok(after.includes(name), name);
  }
  assert.ok(!after.some(name => name.startsWith('AUTH=')));
  assert.equal(new Set(after).size, after.length);
  assert.deepEqual(offeredMechanisms({ passwords: true, channelBinding: true, tokens: true }), [
    'SCRAM-SHA-256-PLUS',
    'SCRAM-SHA-256',
    'OAUTHBEARER',
    'XOAUTH2',
    'PLAIN',
    'LOGIN',
  ]);
});
