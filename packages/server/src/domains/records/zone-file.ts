import { txtStrings } from '@hongyan/formats/auth/dkim/key-record.ts';
import type { WantedRecord } from './wanted.ts';

/** A character string of a master file (RFC 1035 §5.1): quotes and backslashes are escaped. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function data(record: WantedRecord): string {
  switch (record.type) {
    case 'MX':
      return `${record.preference} ${record.exchange}.`;
    case 'TXT': {
      const strings = txtStrings(record.text).map(quoted);
      return strings.length === 1 ? strings.join('') : `( ${strings.join(' ')} )`;
    }
    case 'CNAME':
      return `${record.target}.`;
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${record.target}.`;
    default:
      return record satisfies never;
  }
}

/**
 * The records as text of a zone file (RFC 1035 §5), names relative to `$ORIGIN`, in the order given, a blank line
 * between groups.
 */
export function zoneFile(domain: string, records: readonly WantedRecord[]): string {
  const lines = [`$ORIGIN ${domain}.`];
  let group: string | null = null;
  for (const record of records) {
    if (record.group !== group) lines.push('');
    ({ group } = record);
    lines.push(`${record.host}\t${record.ttl}\tIN\t${record.type}\t${data(record)}`);
  }
  return `${lines.join('\n')}\n`;
}
