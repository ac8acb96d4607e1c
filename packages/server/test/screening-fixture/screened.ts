import { generateKeyPairSync } from 'node:crypto';
import { type FakeDns, type FakeZone, startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { defaultScreeningOptions, type ScreeningOptions } from '../../src/flow/screening/options.ts';
import { createScreening } from '../../src/flow/screening/screening.ts';
import { createNodeResolver } from '../../src/platform/dns/node-resolver.ts';
import { type House, type HouseOptions, openHouse } from '../flow-fixture/house.ts';

/** Small, so that its record fits into one string. */
const keys = generateKeyPairSync('rsa', { modulusLength: 1024 });
const published = `v=DKIM1; p=${keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`;
export const privateKey: string = keys.privateKey.export({ format: 'pem', type: 'pkcs8' });

/**
 * Companies outside: mail.good.test (192.0.2.7) sends for them. `reject`, `quarantine` and `none` are named after their
 * DMARC policy, `away` has name servers that fail, `lists.test` is a mailing list, `forwarder.test` seals.
 */
export const zone: FakeZone = {
  '7.2.0.192.in-addr.arpa': { ptr: ['mx.outside.test'] },
  'mx.outside.test': { a: ['192.0.2.7'], txt: ['v=spf1 a -all'] },
  'good.test': { txt: ['v=spf1 ip4:192.0.2.7 -all'] },
  'one._domainkey.good.test': { txt: [published] },
  '_dmarc.good.test': { txt: ['v=DMARC1; p=reject'] },
  'reject.test': { txt: ['v=spf1 -all'] },
  'one._domainkey.reject.test': { txt: [published] },
  '_dmarc.reject.test': { txt: ['v=DMARC1; p=reject'] },
  'quarantine.test': { txt: ['v=spf1 -all'] },
  '_dmarc.quarantine.test': { txt: ['v=DMARC1; p=quarantine'] },
  'none.test': { txt: ['v=spf1 ?all'] },
  '_dmarc.none.test': { txt: ['v=DMARC1; p=none'] },
  'away.test': { fails: 'servfail' },
  '_dmarc.away.test': { fails: 'servfail' },
  'one._domainkey.away.test': { fails: 'servfail' },
  'lists.test': { txt: ['v=spf1 ip4:192.0.2.7 -all'] },
  'one._domainkey.forwarder.test': { txt: [published] },
  '7.2.0.192.bl.test': { a: ['127.0.0.2'] },
};

export interface Screened extends AsyncDisposable {
  readonly house: House;
  readonly dns: FakeDns;
}

/** A company whose incoming mail is looked into, with the zone above, and one member, bob. */
export async function openScreened(
  options: Partial<ScreeningOptions> = {},
  more: { readonly house?: HouseOptions; readonly sample?: number } = {},
): Promise<Screened> {
  const dns = await startFakeDns({ ...zone });
  const house = await openHouse(more.house);
  screenHouse(house, dns, options, more);
  await house.addUser('bob@hongyan.test');
  return {
    house,
    dns,
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
      await dns[Symbol.asyncDispose]();
    },
  };
}

/** Puts the screening into a house. */
export function screenHouse(
  house: House,
  dns: FakeDns,
  options: Partial<ScreeningOptions> = {},
  more: { readonly sample?: number } = {},
): void {
  const { hostname, directory, clock, log } = house.context;
  const screening = createScreening({
    hostname,
    options: { ...defaultScreeningOptions, ...options },
    resolver: createNodeResolver({ servers: [dns.server], timeoutMs: 500, tries: 1 }),
    directory,
    clock,
    log,
    sample: () => more.sample ?? 0,
  });
  Object.assign(house.context, { screening });
}

/** A whole message from somebody outside. */
export function mail(from: string, more: { readonly fields?: string; readonly body?: string } = {}): string {
  const { fields = '', body = 'Hello.\r\n' } = more;
  return `From: Ann <${from}>\r\nTo: bob@hongyan.test\r\nSubject: x\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@outside.test>\r\n${fields}\r\n${body}`;
}

/** The message with a signature of `domain`, made by another implementation. */
export async function signedBy(domain: string, message: string): Promise<string> {
  const { signatures } = await dkimSign(Buffer.from(message), {
    signTime: new Date(Date.UTC(2025, 11, 31)),
    signatureData: [{ signingDomain: domain, selector: 'one', privateKey }],
  } as Parameters<typeof dkimSign>[1]);
  return signatures + message;
}
