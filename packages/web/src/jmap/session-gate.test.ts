import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionGate } from './session-gate.ts';

const ended = (error: unknown): boolean => error === 'ended';

test('what is refused because the session has ended goes out again after signing in, once each', async () => {
  const gate = new SessionGate();
  const sent: string[] = [];
  let session = false;
  const send = (name: string) => async (): Promise<string> => {
    if (!session) throw 'ended';
    sent.push(name);
    return name;
  };
  const first = gate.through(send('a'), ended);
  await new Promise(setImmediate);
  assert.equal(gate.closed, true);
  const second = gate.through(send('b'), ended);
  await new Promise(setImmediate);
  assert.deepEqual(sent, []);
  session = true;
  gate.open();
  assert.deepEqual(await Promise.all([first, second]), ['a', 'b']);
  assert.deepEqual(sent, ['a', 'b']);
  assert.equal(gate.closed, false);
});

test('a late refusal of the session before asks nobody again: what it was about goes out in the new one', async () => {
  const gate = new SessionGate();
  const slow = Promise.withResolvers<string>();
  const answers = [slow.promise, Promise.resolve('late')];
  const late = gate.through(async () => answers.shift() ?? 'never', ended);
  let session = false;
  const quick = gate.through(async () => {
    if (!session) throw 'ended';
    return 'quick';
  }, ended);
  await new Promise(setImmediate);
  session = true;
  gate.open();
  assert.equal(await quick, 'quick');
  let closings = 0;
  gate.subscribe(() => (closings += 1));
  slow.reject('ended');
  assert.equal(await late, 'late');
  assert.equal(closings, 0);
});

test('a session that is refused at once closes the gate again; other failures pass', async () => {
  const gate = new SessionGate();
  let tries = 0;
  const result = gate.through(async () => {
    tries += 1;
    if (tries < 3) throw 'ended';
    return tries;
  }, ended);
  await new Promise(setImmediate);
  gate.open();
  await new Promise(setImmediate);
  assert.equal(gate.closed, true);
  gate.open();
  assert.equal(await result, 3);
  await assert.rejects(
    gate.through(() => Promise.reject(new Error('full')), ended),
    /full/,
  );
  assert.equal(gate.closed, false);
});
