import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadCharsetError, ImapSyntaxError } from '@hongyan/formats/imap/syntax-error.ts';
import { type ErrorCode, errorCatalogue, MailError } from '../../platform/errors.ts';
import { resultOfError } from './mail-error.ts';

test('every failure of the catalogue is a NO with a response code (RFC 5530)', () => {
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const result = resultOfError(new MailError(code));
    assert.equal(result?.status, 'NO', code);
    assert.match(result?.code ?? '', /^[A-Z]+$/, code);
    assert.match(result?.text ?? '', /^[ -~]+$/, code);
  }
});

test('grammar is BAD, limits are BAD [LIMIT], charsets NO [BADCHARSET], defects have no answer', () => {
  assert.deepEqual(resultOfError(new ImapSyntaxError('x', 0)), { status: 'BAD', text: 'x' });
  assert.equal(resultOfError(new ImapSyntaxError('x', 0, true))?.code, 'LIMIT');
  assert.match(resultOfError(new BadCharsetError('x'))?.code ?? '', /^BADCHARSET \(UTF-8 /);
  assert.equal(resultOfError(new TypeError('x')), null);
});
