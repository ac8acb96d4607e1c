import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SinkOptions } from '@hongyan/testkit/smtp-sink.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';
import { openScene, plain } from '../flow-fixture/relay-scene.ts';

const bob = 'bob@outside.test';
const certificate = await makeSelfSigned({ names: ['mx.outside.test'], now: Date.now() });
const requireTls = { options: { requireTls: true } };

/** Sends what has to travel encrypted to a server of which the connection is verified; its history, and MAIL as it came. */
async function sendRequired(
  options: SinkOptions,
  nameSecure: boolean,
  sender?: string,
): Promise<readonly [string | undefined, string | undefined]> {
  await using it = await openScene(
    { tls: certificate, ...options },
    {
      trustedCa: [certificate.cert],
      planTls: () => Promise.resolve({ level: 'verified', implicit: false, nameSecure }),
    },
  );
  await it.send([bob], plain, { ...requireTls, ...(sender === undefined ? {} : { sender }) });
  return [it.history()[0], it.sink.messages[0]?.mail];
}

test('REQUIRETLS goes on where the server is verified, its name known for sure, and it takes the duty over (RFC 8689 §4.2.1)', async () => {
  const extensions = ['PIPELINING', 'REQUIRETLS'];
  const [history, mail] = await sendRequired({ extensions }, true);
  assert.equal(history, `relayed ${bob} 2.0.0`);
  assert.match(mail ?? '', / REQUIRETLS/);
  assert.deepEqual(await sendRequired({ extensions }, false), [`failed ${bob} 5.7.10`, undefined]);
  assert.deepEqual(await sendRequired({ extensions: [] }, true), [`failed ${bob} 5.7.30`, undefined]);
});

test('what has no sender is not held back for REQUIRETLS: nobody could be told (RFC 8689 §5)', async () => {
  const [history, mail] = await sendRequired({ extensions: [] }, false, '');
  assert.equal(history, `relayed ${bob} 2.0.0`);
  assert.doesNotMatch(mail ?? '', /REQUIRETLS/);
});

test('552 to a further recipient means too many as well (RFC 5321 §4.5.3.1.10)', async () => {
  let accepted = 0;
  await using it = await openScene({
    answer: verb => {
      if (verb === 'MAIL') accepted = 0;
      return verb === 'RCPT' && ++accepted > 1 ? '552 too many recipients' : undefined;
    },
  });
  await it.send([bob, 'carol@outside.test']);
  assert.deepEqual(
    it.sink.messages.map(({ recipients }) => recipients),
    [[bob], ['carol@outside.test']],
  );
});

test('a server that has room for nobody is asked again later, not at once (RFC 5321 §4.5.3.1.10)', async () => {
  await using it = await openScene({
    answer: verb => (verb === 'RCPT' ? '452 4.5.3 too many' : undefined),
  });
  await it.send([bob, 'carol@outside.test']);
  assert.deepEqual(it.history().toSorted(), [`deferred ${bob} 4.5.3`, 'deferred carol@outside.test 4.5.3']);
  assert.equal(it.sink.commands.flat().filter(line => line.startsWith('MAIL')).length, 1);
});

test('a server that does not turn on the TLS that is demanded makes mail wait, whatever it says (RFC 3207 §4.1)', async () => {
  await using it = await openScene(
    { tls: certificate, answer: verb => (verb === 'STARTTLS' ? '554 5.7.0 never' : undefined) },
    { planTls: () => Promise.resolve({ level: 'required', implicit: false, nameSecure: false }) },
  );
  await it.send([bob]);
  assert.match(it.history()[0] ?? '', /^deferred bob@outside\.test 4\./);
  assert.equal(it.sink.messages.length, 0);
});
