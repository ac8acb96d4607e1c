import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sealMessage } from 'mailauth';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { FakeClock } from '../../../platform/clock.ts';
import type { DnsAnswer, Resolver } from '../../../platform/dns/resolver.ts';
import { Deadline } from '../dns/deadline.ts';
import { KeyCache } from '../dns/key-cache.ts';
import { Questions } from '../dns/questions.ts';
import { MessageSignatures, type SignatureVerdicts } from './signatures.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 768 });
const ed = generateKeyPairSync('ed25519');
const spki = (key: typeof rsa.publicKey): string =>
  key.export({ format: 'der', type: 'spki' }).toString('base64');
const pem = (key: typeof rsa.privateKey): string => key.export({ format: 'pem', type: 'pkcs8' });

/** Texts by name; `temporary` for no answer. */
type Zone = Record<string, string>;
const zone: Zone = {
  'rsa._domainkey.a.test': `v=DKIM1; k=rsa; p=${spki(rsa.publicKey)}`,
  'ed._domainkey.a.test': `v=DKIM1; k=ed25519; p=${ed.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`,
  'weak._domainkey.a.test': `v=DKIM1; p=${spki(weak.publicKey)}`,
  'gone._domainkey.a.test': 'v=DKIM1; p=',
  'sha1._domainkey.a.test': `v=DKIM1; h=sha1; p=${spki(rsa.publicKey)}`,
  'other._domainkey.a.test': `v=DKIM1; s=tlsrpt; p=${spki(rsa.publicKey)}`,
  'strict._domainkey.a.test': `v=DKIM1; t=s; p=${spki(rsa.publicKey)}`,
  'pkcs1._domainkey.a.test': `p=${rsa.publicKey.export({ format: 'der', type: 'pkcs1' }).toString('base64')}`,
  'broken._domainkey.a.test': 'v=DKIM1; p=QUJD',
  'away._domainkey.a.test': 'temporary',
};

function resolver(given: Zone, asked: string[] = []): Resolver {
  const no = (): Promise<DnsAnswer<never>> => Promise.resolve({ kind: 'nodata' });
  return {
    mx: no,
    a: no,
    aaaa: no,
    ptr: no,
    cname: no,
    txt(name) {
      asked.push(name);
      const text = given[name];
      if (text === 'temporary') return Promise.resolve({ kind: 'temporary', reason: 'SERVFAIL' });
      return Promise.resolve(
        text === undefined ? { kind: 'nxdomain' } : { kind: 'records', records: [text] },
      );
    },
  };
}

const clock = new FakeClock();
const now = clock.now() / 1000;

async function verify(
  message: Buffer,
  pieces = 1,
  asked: string[] = [],
  maxSignatures = 8,
): Promise<SignatureVerdicts> {
  using deadline = new Deadline(clock, 5000);
  const questions = new Questions(resolver(zone, asked), deadline);
  const signatures = new MessageSignatures({
    questions,
    keys: new KeyCache(),
    maxSignatures,
    forward: false,
  });
  const size = Math.max(1, Math.ceil(message.length / pieces));
  for (let at = 0; at < message.length; at += size)
    signatures.push(Buffer.from(message.subarray(at, at + size)));
  return await signatures.verdicts(now);
}

const resultsOf = ({ dkim }: SignatureVerdicts): string[] => dkim.map(({ result }) => result);

/** The other implementation, following the RFCs to the letter. */
async function theirs(message: Buffer): Promise<string[]> {
  const { results } = await dkimVerify(message, {
    strict: true,
    minBitLength: 1024,
    curTime: new Date(now * 1000),
    resolver: (name: string, type: string) => {
      const text = type === 'TXT' ? zone[name] : undefined;
      if (text === undefined || text === 'temporary')
        return Promise.reject(Object.assign(new Error(name), { code: text ? 'ESERVFAIL' : 'ENOTFOUND' }));
      return Promise.resolve([[text]]);
    },
  });
  return results.filter(result => result.status.result !== 'none').map(result => result.status.result);
}

type SignOptions = NonNullable<Parameters<typeof dkimSign>[1]>;

async function signed(
  message: string,
  ...given: {
    selector?: string;
    algorithm?: string;
    c?: string;
    maxBodyLength?: number;
  }[]
): Promise<Buffer> {
  const signatureData = given.map(
    ({ selector = 'rsa', algorithm = 'rsa-sha256', c = 'relaxed/relaxed', ...more }) => ({
      signingDomain: 'a.test',
      selector,
      algorithm,
      canonicalization: c,
      privateKey: pem(
        selector === 'ed' ? ed.privateKey : selector === 'weak' ? weak.privateKey : rsa.privateKey,
      ),
      signTime: new Date((now - 60) * 1000),
      ...more,
    }),
  );
  const { signatures } = await dkimSign(Buffer.from(message), { signatureData } as SignOptions);
  return Buffer.concat([Buffer.from(signatures), Buffer.from(message)]);
}

const plain =
  'From: Alice <alice@a.test>\r\nTo: bob@b.test\r\nSubject:  two  words\r\n\r\nHello  there \r\n\r\n\r\n';

describe('RFC 6376 §6: signatures of another implementation', () => {
  for (const c of ['simple/simple', 'simple/relaxed', 'relaxed/simple', 'relaxed/relaxed'])
    for (const selector of ['rsa', 'ed'])
      it(`${selector} ${c} holds, however the bytes are cut`, async () => {
        const algorithm = selector === 'ed' ? 'ed25519-sha256' : 'rsa-sha256';
        const message = await signed(plain, { selector, algorithm, c });
        for (const pieces of [1, 2, 7, message.length])
          assert.deepEqual(resultsOf(await verify(message, pieces)), ['pass']);
      });

  it('several at once, each key asked for once and before the body ends', async () => {
    const message = await signed(
      plain,
      {},
      { c: 'simple/simple' },
      { selector: 'ed', algorithm: 'ed25519-sha256' },
    );
    const asked: string[] = [];
    assert.deepEqual(resultsOf(await verify(message, 3, asked)), ['pass', 'pass', 'pass']);
    assert.deepEqual(asked.toSorted(), ['ed._domainkey.a.test', 'rsa._domainkey.a.test']);
  });

  const selectors: readonly (readonly [selector: string, result: string])[] = [
    ['weak', 'policy'],
    ['gone', 'permerror'],
    ['missing', 'permerror'],
    ['sha1', 'permerror'],
    ['other', 'permerror'],
    ['broken', 'permerror'],
    ['strict', 'pass'],
    ['pkcs1', 'pass'],
    ['away', 'temperror'],
  ];
  for (const [selector, result] of selectors)
    it(`§3.6.1, RFC 8301 §3.2: with the key "${selector}" the result is ${result}`, async () => {
      assert.deepEqual(resultsOf(await verify(await signed(plain, { selector }))), [result]);
    });

  it('RFC 8301 §3.1: SHA-1 is not accepted', async () => {
    const message = await signed(plain, { algorithm: 'rsa-sha1' });
    assert.deepEqual(resultsOf(await verify(message)), ['policy']);
  });

  it('§8.2: l= holds for nothing when something stands below', async () => {
    const message = await signed(plain, { maxBodyLength: 5 });
    assert.deepEqual(resultsOf(await verify(message)), ['policy']);
    const whole = await signed(plain, { maxBodyLength: 13, c: 'relaxed/relaxed' });
    const added = Buffer.concat([whole, Buffer.from('Buy now!\r\n')]);
    assert.notDeepEqual(resultsOf(await verify(added)), ['pass']);
  });

  it('§3.5: an expired signature does not count', async () => {
    const { signatures } = await dkimSign(Buffer.from(plain), {
      expires: new Date((now - 10) * 1000),
      signatureData: [{ signingDomain: 'a.test', selector: 'rsa', privateKey: pem(rsa.privateKey) }],
      signTime: new Date((now - 60) * 1000),
    } as SignOptions);
    assert.match(signatures, /x=/);
    const message = Buffer.from(signatures + plain);
    assert.notDeepEqual(resultsOf(await verify(message)), ['pass']);
  });

  it('§5.4: what was changed, added or taken away is noticed', async () => {
    const message = (await signed(plain, {})).toString('latin1');
    const changes: Record<string, (text: string) => string> = {
      body: text => text.replace('there', 'where'),
      subject: text => text.replace('two', 'too'),
      'a second From': text => text.replace('From: ', 'From: Eve <eve@evil.test>\r\nFrom: '),
      'another d=': text => text.replace('d=a.test', 'd=b.test'),
      'no To': text => text.replace(/To: .*\r\n/, ''),
    };
    for (const [name, change] of Object.entries(changes)) {
      const mutated = Buffer.from(change(message), 'latin1');
      const [ours] = resultsOf(await verify(mutated));
      const [other] = await theirs(mutated);
      // With a second From both take the last one, the signed one: DMARC refuses several.
      assert.equal(ours === 'pass', other === 'pass', name);
      if (name !== 'a second From') assert.notEqual(ours, 'pass', name);
    }
  });
});

describe('hostile headers', () => {
  it('of a thousand signatures the first eight are looked at', async () => {
    const field = 'DKIM-Signature: v=1; a=rsa-sha256; d=a.test; s=rsa; h=from; bh=QUJD; b=QUJD\r\n';
    const asked: string[] = [];
    const { dkim, ignored } = await verify(Buffer.from(field.repeat(1000) + plain), 1, asked);
    assert.deepEqual([dkim.length, ignored, asked.length], [8, 992, 1]);
  });
  it('a header of two megabytes is not verified and costs nothing', async () => {
    const message = Buffer.from(`DKIM-Signature: v=1\r\nX: ${'x'.repeat(2 ** 21)}\r\n${plain}`);
    assert.deepEqual(resultsOf(await verify(message, 40)), []);
  });
  it('a message without a body, or without anything, is verified', async () => {
    assert.deepEqual(resultsOf(await verify(await signed('From: a@a.test\r\n\r\n', {}))), ['pass']);
    assert.deepEqual(resultsOf(await verify(Buffer.alloc(0))), []);
  });
  it('unusable fields say why', async () => {
    const cases: Record<string, string> = {
      'v=2; a=rsa-sha256': 'incompatible version',
      'v=1; a=rsa-md5': 'unknown algorithm',
      'v=1; a=rsa-sha256; c=fancy': 'unknown canonical form',
      'v=1; a=rsa-sha256; d=a.test; s=x; bh=x; b=x; h=to': 'From is not signed',
      'v=1; a=rsa-sha256; d=a.test; s=x; bh=x; b=x; h=from; q=smoke': 'unknown query method',
      'v=1; a=rsa-sha256; d=a.test; s=x; bh=x; b=x; h=from; l=-1': 'a number is none',
      'v=1; a=rsa-sha256; d=a.test; s=x; bh=x; b=x; h=from; t=5; x=5': 'expires before it was made',
      'v=1; a=rsa-sha256; d=a.test; s=x; bh=x; b=x; h=from; i=a@b.test': 'i= is not below d=',
      'v=1; a=rsa-sha256; d=a.test; d=b.test': 'no tag list',
    };
    for (const [tags, reason] of Object.entries(cases)) {
      const { dkim } = await verify(Buffer.from(`DKIM-Signature: ${tags}\r\n${plain}`));
      assert.deepEqual(
        dkim.map(one => one.reason),
        [reason],
      );
    }
  });
});

describe('RFC 8617 §5.2: chains of another implementation', () => {
  const seal = (message: Buffer, i: number, cv: string): Promise<Buffer> =>
    sealMessage(message, {
      signingDomain: 'a.test',
      selector: 'rsa',
      privateKey: pem(rsa.privateKey),
      algorithm: 'rsa-sha256',
      signTime: new Date((now - 10) * 1000),
      authResults: `mx${i}.test; spf=pass smtp.mailfrom=x.test`,
      cv,
    }).then(fields => Buffer.concat([fields, message]));

  it('one set and two hold; a change of the body or of an earlier set breaks them', async () => {
    const one = await seal(Buffer.from(plain), 1, 'none');
    assert.equal((await verify(one, 5)).arc.result, 'pass');
    const two = await seal(one, 2, 'pass');
    assert.equal((await verify(two)).arc.result, 'pass');
    const text = two.toString('latin1');
    for (const mutated of [
      text.replace('there', 'where'),
      text.replace('mx1.test', 'mx9.test'),
      text.replace(/ARC-Seal: i=1/, 'ARC-Seal: i=3'),
      text.replace(/cv=pass/, 'cv=fail'),
      text.replace(/ARC-Authentication-Results: i=1[^]*?\r\n(?=\S)/, ''),
    ]) {
      assert.notEqual(mutated, text);
      assert.equal((await verify(Buffer.from(mutated, 'latin1'))).arc.result, 'fail');
    }
  });
});

function isDebris(line: string): boolean {
  return line.trim() === '' || !(/^[ \t]/.test(line) || /^[\x21-\x39\x3b-\x7e]+[ \t]*:/.test(line));
}

const folder = process.env['HONGYAN_CORPORA'];
describe('mails of other projects', {
  skip: folder === undefined ? 'HONGYAN_CORPORA is not set' : false,
}, () => {
  it('signed by another implementation, as they are and changed, get the verdicts it gives', async () => {
    const root = join(folder ?? '', 'mime');
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted();
    let compared = 0;
    const differing: string[] = [];
    for (const name of names) {
      if (!statSync(join(root, name)).isFile()) continue;
      // As SMTP would bring it: line ends are CRLF.
      const text = readFileSync(join(root, name), 'latin1').replaceAll(/\r\n|\r|\n/g, '\r\n');
      if (text.length > 200_000 || !/^from[ \t]*:/im.test(text.split('\r\n\r\n')[0] ?? '')) continue;
      // What is neither a field nor goes on with one has no canonical form: the two read on in different ways.
      if ((text.split('\r\n\r\n')[0] ?? '').split('\r\n').some(isDebris)) continue;
      const c = ['simple/simple', 'relaxed/relaxed', 'relaxed/simple'][compared % 3] ?? '';
      const good = await signed(text, { c });
      const bytes = Buffer.from(good.subarray(0, good.length - Buffer.byteLength(text)).toString(), 'latin1');
      const whole = Buffer.concat([bytes, Buffer.from(text, 'latin1')]);
      const mutated = Buffer.from(whole);
      const at = bytes.length + ((compared * 7919) % Math.max(1, text.length));
      mutated[Math.min(at, mutated.length - 1)] = 0x58;
      for (const message of [whole, mutated]) {
        const ours = resultsOf(await verify(message, 3)).map(result => result === 'pass');
        const other = (await theirs(message)).map(result => result === 'pass');
        if (ours[0] !== other[0])
          differing.push(`${name} ${message === whole ? 'whole' : 'changed'} ${ours[0]} ${other[0]}`);
      }
      compared += 1;
    }
    assert.deepEqual(differing, []);
    assert.ok(compared > 150, `${compared}`);
  });
});
