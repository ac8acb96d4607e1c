import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, ok, signedIn } from '../../command.ts';
import type { Feature } from '../../session.ts';

const features: ReadonlyMap<string, Feature> = new Map(
  (['IMAP4REV2', 'UTF8=ACCEPT', 'CONDSTORE', 'QRESYNC', 'UIDONLY'] as const).map(name => [name, name]),
);
/** As the client and the RFCs write it. */
const spelling: Readonly<Record<Feature, string>> = {
  IMAP4REV2: 'IMAP4rev2',
  'UTF8=ACCEPT': 'UTF8=ACCEPT',
  CONDSTORE: 'CONDSTORE',
  QRESYNC: 'QRESYNC',
  UIDONLY: 'UIDONLY',
};

function parse(scanner: Scanner): string[] {
  const names: string[] = [];
  do {
    scanner.space();
    names.push(scanner.keyword());
    if (names.length > scanner.limits.listItems) scanner.failLimit('Too many capabilities');
  } while (scanner.peek() === 0x20);
  return names;
}

/** ENABLE (RFC 5161, RFC 9051 §6.3.1). Names that cannot be enabled are passed over. */
export const enable: Command = defineCommand({
  name: 'ENABLE',
  states: signedIn,
  rfc: ['5161 §3.1', '9051 §6.3.1', '6855 §3', '7162 §3.1', '7162 §3.2.3', '9586 §3'],
  parse,
  run: async (session, names) => {
    const enabled: string[] = [];
    for (const name of names) {
      const feature = features.get(name);
      if (feature === undefined || session.enabled.has(feature)) continue;
      session.enable(feature);
      enabled.push(spelling[feature]);
    }
    session.out.ascii(`* ENABLED${enabled.map(name => ` ${name}`).join('')}\r\n`);
    return ok('ENABLE completed');
  },
});
