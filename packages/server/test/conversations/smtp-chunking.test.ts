import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpFixture } from '@hongyan/testkit/smtp-fixture.ts';

const begin = `
  S: 220 ...
  C: EHLO client.test
  S> 250 ...
  C: MAIL FROM:<bob@remote.test>
  S: 250 ...
  C: RCPT TO:<alice@example.test>
  S: 250 ...
`;

test('a message in chunks, pipelined, dots and all (RFC 3030 §2, §4.1)', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(`${begin}
    C= BDAT 6\\r\\n.\\r\\na\\r\\nBDAT 9 LAST\\r\\nb\\r\\n.\\r\\nc\\r\\nNOOP\\r\\n
    S: 250 2.0.0 Chunk ok
    S: 250 2.0.0 Queued as ...
    S: 250 2.0.0 Ok
  `);
  assert.equal(smtp.acceptor.accepted[0]?.body.toString(), '.\r\na\r\nb\r\n.\r\nc\r\n');
});

test('BODY=BINARYMIME takes any bytes, by BDAT only (RFC 3030 §3)', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 ...
    C: MAIL FROM:<bob@remote.test> BODY=BINARYMIME
    S: 250 ...
    C: RCPT TO:<alice@example.test>
    S: 250 ...
    C: DATA
    S: 503 5.5.1 BODY=BINARYMIME needs BDAT
    C= BDAT 5 LAST\\r\\n\\n\\x00\\r\\xff\\n
    S: 250 2.0.0 Queued as ...
  `);
  assert.equal(smtp.acceptor.accepted[0]?.body.toString('latin1'), '\n\0\r\xff\n');
});

test('an empty last chunk ends the message', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(`${begin}
    C= BDAT 3\\r\\na\\r\\n
    S: 250 ...
    C: BDAT 0 LAST
    S: 250 2.0.0 Queued as ...
  `);
  assert.equal(smtp.acceptor.accepted[0]?.body.toString(), 'a\r\n');
});

test('misused BDAT is refused and its bytes are never taken for commands (RFC 3030 §4.2)', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(`
    S: 220 ...
    C= BDAT 6\\r\\nQUIT\\r\\n
    S: 503 5.5.1 Say EHLO first
    C: EHLO client.test
    S> 250 ...
    C= BDAT 6 LAST\\r\\nQUIT\\r\\n
    S: 503 5.5.1 Send MAIL first
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
    C= BDAT 6 LAST\\r\\nQUIT\\r\\n
    S: 554 5.5.1 No valid recipients
    C: RCPT TO:<alice@example.test>
    S: 250 ...
    C= BDAT 6\\r\\nQUIT\\r\\n
    S: 250 2.0.0 Chunk ok
    C: DATA
    S: 503 5.5.1 Not after BDAT
    C: RCPT TO:<carol@example.test>
    S: 503 ...
    C: MAIL FROM:<bob@remote.test>
    S: 503 ...
    C: RSET
    S: 250 ...
    C: NOOP
    S: 250 ...
    C: BDAT many
    S: 501 5.5.2 ...
    S.
  `);
  assert.equal(smtp.acceptor.accepted.length, 0);
  assert.equal(smtp.acceptor.open, 0);
});

test('a chunk that nobody wants is read over, unless it is so large that hanging up is cheaper (RFC 3030 §4.2)', async () => {
  await using smtp = await SmtpFixture.start({ limits: { discardBytes: 10 } });
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 ...
    C= BDAT 10\\r\\n12345678\\r\\nNOOP\\r\\n
    S: 503 5.5.1 ...
    S: 250 2.0.0 Ok
    C= BDAT 11\\r\\n123456789\\r\\nNOOP\\r\\n
    S: 503 5.5.1 ...
    S.
  `);
});

test('after a failed chunk the rest of the message is refused until RSET (RFC 3030 §4.2)', async () => {
  await using smtp = await SmtpFixture.start({ acceptor: { maxMessageBytes: 10 } });
  await smtp.play(`${begin}
    C= BDAT 8\\r\\n123456\\r\\n
    S: 250 ...
    C= BDAT 8\\r\\n123456\\r\\n
    S: 552 5.3.4 Message too large
    C= BDAT 8 LAST\\r\\n123456\\r\\n
    S: 503 5.5.1 An earlier chunk has failed; send RSET
    C: RSET
    S: 250 ...
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
  `);
  assert.equal(smtp.acceptor.accepted.length, 0);
});

test('a bare line end in chunks of text is refused like in DATA, also across chunks', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(`${begin}
    C= BDAT 3\\r\\nab\\r
    S: 250 2.0.0 Chunk ok
    C= BDAT 2 LAST\\r\\ncd
    S: 550 5.5.2 ...
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
    C: RCPT TO:<alice@example.test>
    S: 250 ...
    C= BDAT 3\\r\\nab\\r
    S: 250 2.0.0 Chunk ok
    C= BDAT 2 LAST\\r\\n\\nc
    S: 250 2.0.0 Queued ...
  `);
});
