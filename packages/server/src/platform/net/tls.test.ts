import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSelfSigned } from '../tls/self-signed.ts';
import { CertificateStore } from './tls.ts';

test('certificates are chosen by name, with wildcards, and replaced as a whole', async () => {
  const now = Date.now();
  const first = await makeSelfSigned({ names: ['mail.one.test'], now });
  const second = await makeSelfSigned({ names: ['*.two.test', 'two.test'], now });
  const store = new CertificateStore([first, second]);
  const one = store.contextFor('mail.one.test');
  const two = store.contextFor('two.test');
  assert.notEqual(one, two);
  assert.equal(store.contextFor(undefined), one);
  assert.equal(store.contextFor('unknown.test'), one);
  assert.equal(store.contextFor('MAIL.two.test'), two);
  assert.equal(store.contextFor('a.mail.two.test'), one);
  assert.throws(() => store.reload([{ cert: 'nonsense', key: 'nonsense' }]));
  assert.equal(store.contextFor('two.test'), two);
  store.reload([second]);
  assert.notEqual(store.contextFor('two.test'), two);
  assert.equal(store.contextFor('mail.one.test'), store.contextFor(undefined));
  assert.throws(() => new CertificateStore([]), RangeError);
});
