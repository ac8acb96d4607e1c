import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { createTransport } from 'nodemailer';
import { ZipFile } from 'yazl';
import { openImap } from '../app-fixture/clients.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';
import { password, ServerFolder } from '../whole-server/server-process.ts';

const capability = 'urn:hongyan:params:jmap:search';

async function document(text: string): Promise<Buffer> {
  const file = new ZipFile();
  file.addBuffer(
    Buffer.from(`<w:document xmlns:w="w"><w:p><w:t>${text}</w:t></w:p></w:document>`),
    'word/document.xml',
  );
  file.end();
  const chunks: Buffer[] = [];
  file.outputStream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(file.outputStream, 'end');
  return Buffer.concat(chunks);
}

/** One page with one line. The table of references is missing: readers look for the objects themselves. */
function pdf(line: string): Buffer {
  const content = `BT /F1 24 Tf 72 720 Td (${line}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  const body = objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join('');
  return Buffer.from(`%PDF-1.4\n${body}trailer\n<< /Root 1 0 R /Size 6 >>\nstartxref\n0\n%%EOF\n`);
}

test('REA-12: mail that comes by SMTP is found by IMAP and JMAP, the words in its Word and PDF files within seconds', async () => {
  using folder = temporaryFolder();
  // The program as people run it: the thread that reads files is one of its built parts.
  const house = new ServerFolder(folder.path);
  await house.makeCompany();
  await using server = await house.start();
  const [submissions, imaps, web] = [server.port('submissions'), server.port('imaps'), server.port('web')];
  const transport = createTransport({
    host: '127.0.0.1',
    port: submissions,
    secure: true,
    auth: { user: 'alice@hongyan.test', pass: password },
    tls: { rejectUnauthorized: false },
  });
  await transport.sendMail({
    from: 'alice@hongyan.test',
    to: 'bob@hongyan.test',
    subject: '鸿雁传书',
    text: '正文：青海湖的候鸟',
    attachments: [
      { filename: '候鸟名录.docx', content: await document('斑头雁与赤麻鸭') },
      { filename: 'list.pdf', content: pdf('Tadorna ferruginea') },
    ],
  });
  transport.close();
  const imap = await openImap(imaps, 'bob@hongyan.test', password);
  try {
    const lock = await imap.getMailboxLock('INBOX');
    const search = async (text: string): Promise<number> => {
      await imap.noop();
      const found = await imap.search({ body: text });
      return found ? found.length : 0;
    };
    await eventually(() => search('青海湖'), 'the mail is delivered');
    await eventually(() => search('斑头雁'), 'the attachment is indexed');
    assert.equal(await search('斑头雁与赤麻'), 1);
    assert.equal(await search('雁与'), 1);
    assert.equal(await search('dorna ferru'), 1);
    assert.equal(await search('候鸟名录.docx'), 1);
    assert.equal(await search('白天鹅'), 0);
    lock.release();
  } finally {
    await imap.logout();
  }
  const jmap = await JmapClient.signIn(`http://127.0.0.1:${web}`, 'bob@hongyan.test', password);
  assert.deepEqual(jmap.session.capabilities[capability], {});
  const response = await fetch(jmap.session.apiUrl.replace(/^https?:\/\/[^/]+/, `http://127.0.0.1:${web}`), {
    method: 'POST',
    headers: { authorization: jmap.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail', capability],
      methodCalls: [
        ['SearchIndex/get', { accountId: jmap.accountId, ids: null }, '0'],
        ['Email/query', { accountId: jmap.accountId, filter: { text: '赤麻鸭' } }, '1'],
        [
          'SearchSnippet/get',
          {
            accountId: jmap.accountId,
            filter: { text: '赤麻鸭' },
            '#emailIds': { resultOf: '1', name: 'Email/query', path: '/ids' },
          },
          '3',
        ],
        ['SearchIndex/get', { accountId: jmap.accountId, ids: ['other'], properties: ['emailsBehind'] }, '2'],
      ],
    }),
  });
  const { methodResponses } = (await response.json()) as {
    readonly methodResponses: readonly (readonly [string, Record<string, unknown>])[];
  };
  const [status, query, snippet, missing] = methodResponses.map(([, args]) => args);
  assert.ok(status && query && snippet && missing);
  assert.deepEqual(status['list'], [{ id: 'singleton', isAvailable: true, emailsBehind: 0 }]);
  assert.equal((query['ids'] as string[]).length, 1);
  const [{ preview } = { preview: '' }] = snippet['list'] as readonly { readonly preview: string }[];
  assert.equal(preview, '斑头雁与<mark>赤麻鸭</mark> Tadorna ferruginea');
  assert.deepEqual(missing['notFound'], ['other']);
});
