import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import PostalMime, { type Address } from 'postal-mime';
import { flattenAddresses, parseAddresses } from './address.ts';
import { decodePartText, findBodyParts } from './content.ts';
import { HeaderBlock } from './headers.ts';
import { target } from './message.fuzz.ts';
import { scanMessage } from './scan.ts';
import { summarise } from './summary.ts';

const folder = process.env['HONGYAN_CORPORA'];
const skip = folder === undefined ? 'HONGYAN_CORPORA is not set: no mails of other projects here' : false;

function mails(): { name: string; bytes: Buffer }[] {
  const root = join(folder ?? '', 'mime');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .filter(name => statSync(join(root, name)).isFile())
    .map(name => ({ name, bytes: readFileSync(join(root, name)) }));
}

const squeeze = (text: string | undefined): string => (text ?? '').replaceAll(/\s+/g, '');
const addressesOf = (list: readonly Address[] | undefined): string[] =>
  (list ?? [])
    .flatMap(entry => ('group' in entry && entry.group ? entry.group : [entry]))
    .map(entry => entry.address.toLowerCase());

describe('mails of other projects', { skip }, () => {
  it('keep every invariant of the parser', () => {
    const all = mails();
    assert.ok(all.length > 250);
    for (const { name, bytes } of all) {
      try {
        target.run(bytes);
      } catch (error) {
        throw new Error(name, { cause: error });
      }
    }
  });

  it('are read as postal-mime reads them, for the most part', async () => {
    let subjects = 0;
    let senders = 0;
    let texts = 0;
    let compared = 0;
    for (const { name, bytes } of mails()) {
      // Broken on purpose: no two parsers agree on those.
      if (/malformed|error_emails|legacy/.test(name)) continue;
      compared++;
      const theirs = await PostalMime.parse(bytes);
      const structure = scanMessage(bytes);
      const ours = summarise(structure);
      const header = new HeaderBlock(structure.header);
      if (squeeze(theirs.subject) === squeeze(ours.subject)) subjects++;
      const to = flattenAddresses(parseAddresses(header.all('to').join(', '))).map(({ local, domain }) =>
        (domain === '' ? local : `${local}@${domain}`).toLowerCase(),
      );
      if (JSON.stringify(addressesOf(theirs.to)) === JSON.stringify(to)) senders++;
      const first = findBodyParts(structure.root).textBody[0];
      const text =
        first === undefined ? '' : decodePartText(first, bytes.subarray(first.bodyStart, first.end)).text;
      if (first?.subtype === 'html' || squeeze(theirs.text).includes(squeeze(text).slice(0, 200))) texts++;
    }
    // What is left differs on purpose (undeclared GB18030, invalid charsets, Big5); a regression shows as a drop.
    assert.ok(subjects >= compared * 0.95, `${subjects} of ${compared} subjects`);
    assert.ok(senders >= compared * 0.9, `${senders} of ${compared} recipients`);
    assert.ok(texts >= compared * 0.9, `${texts} of ${compared} texts`);
  });
});
