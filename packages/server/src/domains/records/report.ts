import type { WantedRecord } from './wanted.ts';

/**
 * What a look into the DNS says about a record. `missing`: a required one is not there; `advised`: another one is not
 * there; `wrong`: something else is there; `unanswered`: nobody could tell now.
 */
export type RecordState = 'ok' | 'missing' | 'wrong' | 'advised' | 'unanswered';

export interface CheckedRecord {
  readonly record: WantedRecord;
  readonly state: RecordState;
  /** What the DNS has in its place. */
  readonly found: readonly string[];
}

/** A mail exchanger that is not ours: while it is there, some mail goes elsewhere (DOM-05). */
export interface SuperfluousMx {
  readonly preference: number;
  readonly exchange: string;
}

/** What one look into the DNS found out about a domain (DOM-06, DOM-08). */
export interface DomainReport {
  readonly domain: string;
  /** ms since the epoch. */
  readonly at: number;
  /** False when the name does not exist (DOM-18); null when nobody could tell. */
  readonly exists: boolean | null;
  readonly nameServers: readonly string[];
  readonly dnsHost: string | null;
  readonly records: readonly CheckedRecord[];
  readonly superfluous: readonly SuperfluousMx[];
}

export type PartState = 'ok' | 'waiting' | 'attention' | 'unanswered';

/** A report in four parts, as people read it. */
export interface ReportSummary {
  readonly receiving: PartState;
  /** Mail exchangers to delete. */
  readonly superfluous: number;
  readonly trust: PartState;
  readonly access: PartState;
}

/** Whether mail to the domain comes here: all our exchangers are there. Null: nobody could tell. */
export function receives(report: DomainReport): boolean | null {
  const exchangers = report.records.filter(({ record }) => record.type === 'MX');
  if (report.exists === false) return false;
  if (exchangers.some(({ state }) => state === 'unanswered')) return null;
  // A preference of one's own is a choice; the exchanger is there.
  return exchangers.every(
    ({ record, state, found }) =>
      state === 'ok' ||
      (state === 'wrong' && record.type === 'MX' && found.some(text => text.endsWith(` ${record.exchange}`))),
  );
}

function partOf(records: readonly CheckedRecord[]): PartState {
  if (records.some(({ state }) => state === 'wrong')) return 'attention';
  if (records.some(({ state }) => state === 'missing' || state === 'advised')) return 'waiting';
  return records.some(({ state }) => state === 'unanswered') ? 'unanswered' : 'ok';
}

export function summarise(report: DomainReport): ReportSummary {
  const group = (name: string): PartState =>
    partOf(report.records.filter(({ record }) => record.group === name));
  return {
    receiving: group('receive'),
    superfluous: report.superfluous.length,
    trust: group('trust'),
    access: group('access'),
  };
}

/** Host names of the domain that lead to us: those we need certificates for. */
export function arrivedHosts(report: DomainReport): string[] {
  return report.records
    .filter(({ record, state }) => record.type === 'CNAME' && state === 'ok')
    .map(({ record }) => record.name);
}
