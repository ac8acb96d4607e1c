import { ask, type Lookup } from '../lookup.ts';
import { type DmarcRecord, parseDmarcRecord } from './record.ts';

/** A record and where it was found. */
export interface FoundRecord {
  readonly domain: string;
  readonly record: DmarcRecord;
}

/** The records at a name and above it, the longest name first. `failed`: an answer was missing and the walk ended. */
export interface TreeWalk {
  readonly found: readonly FoundRecord[];
  readonly failed: boolean;
}

/** Labels from which the walk goes on in single steps: at most eight questions (RFC 9989 §4.10). */
const mostLabels = 7;

/** Remembers what was asked: the walks of one message share most of their names. */
export class DmarcRecords {
  readonly #known = new Map<string, DmarcRecord | null>();

  /** The record at a name; null for none, undefined when nobody could tell. Of several records none counts. */
  *at(domain: string): Lookup<DmarcRecord | null | undefined> {
    const known = this.#known.get(domain);
    if (known !== undefined) return known;
    const reply = yield* ask('TXT', `_dmarc.${domain}`);
    if (reply.kind === 'temporary') return undefined;
    const texts = reply.kind === 'records' ? reply.records : [];
    const meant = texts.filter(text => /^v[ \t]*=[ \t]*DMARC1/i.test(text.slice(0, 40)));
    const record = meant.length === 1 ? parseDmarcRecord(meant[0] ?? '') : null;
    this.#known.set(domain, record);
    return record;
  }

  /** Walks up the tree from a name (RFC 9989 §4.10). */
  *walk(domain: string): Lookup<TreeWalk> {
    const found: FoundRecord[] = [];
    let labels = domain.split('.');
    while (labels.length > 0) {
      const name = labels.join('.');
      const record = yield* this.at(name);
      if (record === undefined) return { found, failed: true };
      if (record !== null) {
        found.push({ domain: name, record });
        if (record.suffix !== 'u') break;
      }
      labels = labels.length > mostLabels ? labels.slice(-mostLabels) : labels.slice(1);
    }
    return { found, failed: false };
  }
}

/** The organisational domain that a complete walk shows (RFC 9989 §4.10.2). */
export function organisationOf(domain: string, found: readonly FoundRecord[]): string {
  for (const { domain: at, record } of found) {
    if (record.suffix === 'n') return at;
    if (record.suffix === 'y' && at !== domain)
      return domain
        .split('.')
        .slice(-(at.split('.').length + 1))
        .join('.');
  }
  return found.at(-1)?.domain ?? domain;
}
