import assert from 'node:assert/strict';
import type { FuzzTarget } from '../fuzz.ts';
import { decodeBase64 } from './base64.ts';
import { parseBearer } from './bearer.ts';
import { formatPlain, parsePlain } from './plain.ts';
import { saslprep } from './saslprep.ts';
import { ScramClient, ScramServer, scramSecrets } from './scram.ts';
import { parseClientFinal, parseClientFirst, parseServerFirst } from './scram-messages.ts';

const secrets = scramSecrets('secret', Buffer.from('salt'), 1);

export const target: FuzzTarget = {
  name: 'sasl',
  seeds: () => [
    Buffer.from('n,,n=user,r=abc'),
    Buffer.from('\0alice\0secret'),
    Buffer.from('n,a=alice,\x01auth=Bearer abc\x01\x01'),
    Buffer.from('c=biws,r=abcdef,p=AAAA'),
  ],
  dictionary: [
    'n,,',
    'y,,',
    'p=tls-exporter,,',
    'n=',
    'r=',
    'c=',
    'p=',
    's=',
    'i=',
    ',',
    '=2C',
    '=3D',
    '\0',
    '\x01',
    'auth=Bearer ',
    'user=',
    'a=',
  ],
  run(input) {
    const bytes = Buffer.from(input);
    const plain = parsePlain(bytes);
    if (plain !== null) assert.deepEqual(formatPlain(plain), bytes);
    parseBearer('OAUTHBEARER', bytes);
    parseBearer('XOAUTH2', bytes);
    parseClientFinal(bytes);
    const offered = parseServerFirst(bytes);
    // The work a server may ask for is the client's own; a fuzzer need not do it.
    if (offered !== null && offered.iterations < 100) {
      new ScramClient({ login: 'user', password: 'x', nonce: 'abc' }).clientFinal(bytes);
    }
    const server = new ScramServer({ plus: false, bindings: null });
    if (server.clientFirst(bytes) !== null) {
      assert.notEqual(parseClientFirst(bytes), null);
      server.serverFirst(secrets, 'def');
    }
    assert.equal(server.clientFinal(bytes), null);
    const prepared = saslprep(bytes.toString('utf8'));
    if (prepared !== null) assert.equal(saslprep(prepared), prepared);
    const decoded = decodeBase64(bytes.toString('latin1'));
    if (decoded !== null) assert.equal(decoded.toString('base64'), bytes.toString('latin1'));
  },
};
