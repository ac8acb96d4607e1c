import assert from 'node:assert/strict';
import type { FuzzTarget } from '../../../fuzz.ts';
import { HeaderBlock } from '../../../message/headers.ts';
import { readArcChain, sealInput } from '../../arc/chain.ts';
import { BodyHashes } from './body-hashes.ts';
import { readPublicKey } from './public-key.ts';
import { readSignatureField } from './signature-field.ts';
import { FieldIndex, signedInput } from './signed-input.ts';
import { unusableVerdict, verdictOf } from './verdict.ts';

const signature =
  'v=1; a=rsa-sha256; c=relaxed/simple; d=a.test; s=one; i=@b.a.test; l=3; t=1; x=9; h=from:to:from; bh=QUJD; b=QU JD';

export const target: FuzzTarget = {
  name: 'signature fields and ARC sets',
  seeds: () => [
    Buffer.from(`DKIM-Signature: ${signature}\r\nFrom: a@b.test\r\nTo: c@d.test\r\n`),
    Buffer.from(
      'ARC-Seal: i=1; a=rsa-sha256; cv=none; d=a.test; s=one; b=QUJD\r\n' +
        'ARC-Message-Signature: i=1; a=rsa-sha256; d=a.test; s=one; h=from; bh=QUJD; b=QUJD\r\n' +
        'ARC-Authentication-Results: i=1; a.test; none\r\nFrom: a@b.test\r\n',
    ),
    Buffer.from(
      'v=DKIM1; h=sha1:sha256; k=ed25519; s=email; t=y:s; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
    ),
  ],
  dictionary: [
    'DKIM-Signature:',
    'ARC-Seal:',
    'ARC-Message-Signature:',
    'ARC-Authentication-Results:',
    ';',
    '=',
    'i=2',
    'cv=pass',
    'b=',
    'h=',
    '\r\n',
    '\r\n\t',
    'p=',
  ],
  run(input) {
    const bytes = Buffer.from(input);
    const block = new HeaderBlock(bytes);
    const index = new FieldIndex(block);
    const hashes = new BodyHashes();
    hashes.want('simple', 3);
    hashes.push(bytes);
    hashes.end();
    const key = readPublicKey('v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
    assert.equal(key?.kind, 'key');
    for (const field of block.fields.slice(0, 20)) {
      const read = readSignatureField(block, field);
      if (read.kind === 'unusable') {
        unusableVerdict(read);
        continue;
      }
      // The field itself may be among those that it names.
      const input = signedInput(index, read.names, field, read.header);
      assert.ok(input.length <= 2 * bytes.length + 3 * block.fields.length + 3);
      if (key) assert.notEqual(verdictOf(read, key, { index, hashes, now: 5 }).result, 'pass');
    }
    const chain = readArcChain(index);
    if (chain.kind === 'chain') assert.ok(sealInput(block, chain.sets).length > 0);
    readPublicKey(bytes.toString('latin1'));
  },
};
