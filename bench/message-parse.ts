// Parsing speed: this project's scanner and summary against postal-mime, on the same mails in the same run.
// node scripts/run.js bench/message-parse.ts [FOLDER WITH MAILS]
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { type BuildPart, buildMessage } from '../packages/formats/src/message/build.ts';
import {
  addressField,
  dateField,
  idField,
  plainField,
  textField,
} from '../packages/formats/src/message/fields.ts';
import { MessageScanner, scanMessage } from '../packages/formats/src/message/scan.ts';
import { summarise } from '../packages/formats/src/message/summary.ts';

const MEGABYTE = 1_000_000;
const ATTACHMENT_BYTES = 10 * MEGABYTE;
const CHUNK_BYTES = 64 * 1024;
const WARM_UP_MS = 500;
const MEASURE_MS = 2_000;
/** A small mail: larger ones would hide the cost of each message. */
const SMALL_MAIL_BYTES = 20_000;

/** Mails of everyday length, Chinese and English, so that the bench runs without any collection at hand. */
function sampleMails(): Uint8Array[] {
  const words =
    '关于下周一的会议请各位同事提前准备好材料 Please find the figures for the last quarter attached to this mail '.split(
      ' ',
    );
  return Array.from({ length: 200 }, (_, n) => {
    const text = Array.from({ length: 40 + (n % 7) * 40 }, (_, i) => words[(i * 7 + n) % words.length] ?? '');
    const plain = text.join(' ').replaceAll(/(.{60,72}) /g, '$1\n');
    const body: BuildPart =
      n % 3 === 0
        ? { kind: 'text', text: plain }
        : {
            kind: 'multipart',
            subtype: 'alternative',
            boundary: `=_alternative_${n}`,
            parts: [
              { kind: 'text', text: plain },
              {
                kind: 'text',
                subtype: 'html',
                text: `<html><body><p>${plain.replaceAll('\n', '</p>\n<p>')}</p></body></html>`,
              },
            ],
          };
    return buildMessage(
      [
        plainField(
          'Received',
          `from mail${n}.example.test by mx.hongyan.test with ESMTPS id ${n}; Sun, 22 Nov 2026 10:00:00 +0800`,
        ),
        plainField(
          'DKIM-Signature',
          `v=1; a=rsa-sha256; d=example.test; s=s1; h=from:to:subject; bh=${'A'.repeat(43)}=; b=${'B'.repeat(70)} ${'C'.repeat(70)}`,
        ),
        addressField('From', [
          { name: n % 2 === 0 ? '张伟' : 'Jane Doe', local: `user${n}`, domain: 'example.test' },
        ]),
        addressField('To', [
          { name: '李娜', local: 'li.na', domain: 'hongyan.test' },
          { local: 'team', domain: 'hongyan.test' },
        ]),
        textField('Subject', `${n % 2 === 0 ? '回复：季度报告' : 'Re: Quarterly report'} ${n}`),
        dateField('Date', Date.UTC(2026, 10, 22) + n * 60_000, 480),
        idField('Message-ID', [`${n}.1@example.test`]),
        idField('References', [`${n}.0@example.test`, `${n - 1}.0@example.test`]),
      ],
      body,
    );
  });
}

function readMails(folder: string): Uint8Array[] {
  return globSync('**/*', { cwd: folder })
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile() && statSync(path).size <= SMALL_MAIL_BYTES)
    .map(path => readFileSync(path));
}

function bigMail(): Uint8Array {
  const content = Buffer.alloc(ATTACHMENT_BYTES);
  for (let i = 0; i < content.length; i++) content[i] = (i * 2_654_435_761) >>> 13;
  return buildMessage([textField('Subject', '附件')], {
    kind: 'multipart',
    subtype: 'mixed',
    boundary: '=_mixed',
    parts: [
      { kind: 'text', text: '见附件。' },
      { kind: 'data', mediaType: 'application/pdf', content, fileName: '附件.pdf' },
    ],
  });
}

/** MB of mail per second of CPU time of this process, which a busy machine disturbs less than the clock on the wall. */
async function measure(mails: readonly Uint8Array[], work: (mail: Uint8Array) => unknown): Promise<number> {
  const bytes = mails.reduce((sum, mail) => sum + mail.length, 0);
  const round = async (): Promise<void> => {
    for (const mail of mails) {
      const result = work(mail);
      if (result instanceof Promise) await result;
    }
  };
  const warm = performance.now() + WARM_UP_MS;
  do await round();
  while (performance.now() < warm);
  const started = performance.now();
  const cpu = process.cpuUsage();
  let rounds = 0;
  do {
    await round();
    rounds++;
  } while (performance.now() - started < MEASURE_MS);
  const used = process.cpuUsage(cpu);
  return (rounds * bytes) / (used.user + used.system);
}

function scanChunks(mail: Uint8Array): unknown {
  const scanner = new MessageScanner();
  for (let at = 0; at < mail.length; at += CHUNK_BYTES) scanner.push(mail.subarray(at, at + CHUNK_BYTES));
  return scanner.finish();
}

const folder = process.argv[2];
const small = folder === undefined ? sampleMails() : readMails(folder);
const sets: readonly (readonly [string, readonly Uint8Array[]])[] = [
  [
    `small mails (${small.length}, ${Math.round(small.reduce((sum, mail) => sum + mail.length, 0) / small.length)} bytes on average)`,
    small,
  ],
  ['one mail with an attachment of 10 MB', [bigMail()]],
];
const contenders: readonly (readonly [string, (mail: Uint8Array) => unknown])[] = [
  ['scan', scanMessage],
  ['scan in pieces of 64 KB', scanChunks],
  ['scan and summary (envelope, structure, parts, preview)', mail => summarise(scanMessage(mail))],
  ['postal-mime', mail => PostalMime.parse(mail)],
];
for (const [title, mails] of sets) {
  process.stdout.write(`${title}\n`);
  for (const [name, work] of contenders) {
    const speed = await measure(mails, work);
    process.stdout.write(`  ${name.padEnd(56)} ${speed.toFixed(speed < 100 ? 1 : 0).padStart(8)} MB/s\n`);
  }
}
