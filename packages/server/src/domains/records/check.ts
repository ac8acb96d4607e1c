import { parseKeyRecord } from '@hongyan/formats/auth/dkim/key-record.ts';
import type { DnsAnswer, MxRecord, ZoneResolver } from '../../platform/dns/resolver.ts';
import { dnsHostOf } from './dns-hosts.ts';
import type { RecordPlan } from './plan.ts';
import type { CheckedRecord, DomainReport, RecordState, SuperfluousMx } from './report.ts';
import { spfMechanism, srvText, type TxtKind, type WantedRecord } from './wanted.ts';

/** Most values of a name that a report keeps, and how much of each. */
const mostFound = 10;
const longestFound = 600;
/** Questions under way at a time. */
const atATime = 6;

/** Asks the DNS about every wanted record of `domain` (DOM-06, DOM-08). Never throws: no answer is an answer. */
export async function checkDomain(
  resolver: ZoneResolver,
  plan: RecordPlan,
  domain: string,
  wanted: readonly WantedRecord[],
  now: number,
): Promise<DomainReport> {
  const [exchangers, servers, records] = await Promise.all([
    resolver.mx(domain),
    resolver.ns(domain),
    checkAll(resolver, plan, wanted),
  ]);
  const nameServers = servers.kind === 'records' ? servers.records.slice(0, mostFound) : [];
  return {
    domain,
    at: now,
    exists: exchangers.kind === 'temporary' ? null : exchangers.kind !== 'nxdomain',
    nameServers,
    dnsHost: dnsHostOf(nameServers),
    records,
    superfluous: foreign(exchangers, plan),
  };
}

function foreign(answer: DnsAnswer<MxRecord>, plan: RecordPlan): SuperfluousMx[] {
  if (answer.kind !== 'records') return [];
  return answer.records
    .filter(({ exchange }) => !plan.mailExchangers.includes(exchange))
    .slice(0, mostFound)
    .map(({ preference, exchange }) => ({ preference, exchange: exchange === '' ? '.' : exchange }));
}

async function checkAll(
  resolver: ZoneResolver,
  plan: RecordPlan,
  wanted: readonly WantedRecord[],
): Promise<CheckedRecord[]> {
  const checked: CheckedRecord[] = [];
  for (let start = 0; start < wanted.length; start += atATime) {
    const part = wanted.slice(start, start + atATime);
    checked.push(...(await Promise.all(part.map(record => checkRecord(resolver, plan, record)))));
  }
  return checked;
}

async function checkRecord(
  resolver: ZoneResolver,
  plan: RecordPlan,
  record: WantedRecord,
): Promise<CheckedRecord> {
  switch (record.type) {
    case 'MX': {
      const answer = await resolver.mx(record.name);
      const ours = answer.kind === 'records' ? answer.records.filter(at(record.exchange)) : [];
      const right = ours.some(({ preference }) => preference === record.preference);
      return judged(record, answer, right, ours.map(mxText));
    }
    case 'TXT': {
      const answer = await resolver.txt(record.name);
      const texts = answer.kind === 'records' ? answer.records.filter(isKind(record.kind)) : [];
      return judged(record, answer, texts.length > 0 && rightText(plan, record, texts), texts);
    }
    case 'SRV': {
      const answer = await resolver.srv(record.name);
      const found = answer.kind === 'records' ? answer.records : [];
      const right = found.some(({ port, target }) => port === record.port && target === record.target);
      return judged(record, answer, right, found.map(srvText));
    }
    case 'CNAME':
      return checkHost(resolver, record);
    default:
      return record satisfies never;
  }
}

function at(exchange: string): (record: MxRecord) => boolean {
  return record => record.exchange === exchange;
}

function mxText({ preference, exchange }: MxRecord): string {
  return `${preference} ${exchange}`;
}

function judged(
  record: WantedRecord,
  answer: DnsAnswer<unknown>,
  right: boolean,
  found: readonly string[],
): CheckedRecord {
  const kept = found.slice(0, mostFound).map(text => text.slice(0, longestFound));
  return { record, state: stateOf(record, answer, right, found.length > 0), found: kept };
}

function stateOf(
  record: WantedRecord,
  answer: DnsAnswer<unknown>,
  right: boolean,
  something: boolean,
): RecordState {
  if (right) return 'ok';
  if (answer.kind === 'temporary') return 'unanswered';
  if (something) return 'wrong';
  return record.need === 'required' ? 'missing' : 'advised';
}

/** How the texts of each kind begin; a domain may have any number of other texts. */
const beginnings: Readonly<Record<TxtKind, string>> = {
  spf: 'v=spf1',
  dkim: '',
  dmarc: 'v=dmarc1',
  'mta-sts': 'v=stsv1',
  'tls-rpt': 'v=tlsrptv1',
};

function isKind(kind: TxtKind): (text: string) => boolean {
  const start = beginnings[kind];
  return text => {
    const begins = text.slice(0, start.length).toLowerCase() === start;
    const next = text.charAt(start.length);
    return begins && (start === '' || next === '' || next === ' ' || next === ';');
  };
}

function rightText(
  plan: RecordPlan,
  record: Extract<WantedRecord, { type: 'TXT' }>,
  texts: readonly string[],
): boolean {
  const [only = ''] = texts;
  switch (record.kind) {
    case 'dkim': {
      const wanted = parseKeyRecord(record.text);
      return texts.some(text => {
        const found = parseKeyRecord(text);
        return found !== null && found.key === wanted?.key && found.type === wanted.type;
      });
    }
    // Two SPF records are none (RFC 7208 §4.5); the same holds for the others (RFC 7489 §6.6.3, RFC 8461 §3.1, RFC 8460 §3).
    case 'spf':
      return texts.length === 1 && spfAllows(only, plan);
    case 'dmarc':
      return texts.length === 1 && ['none', 'quarantine', 'reject'].includes(tagOf(only, 'p') ?? '');
    case 'mta-sts':
      return texts.length === 1 && tagOf(only, 'id') === tagOf(record.text, 'id');
    case 'tls-rpt':
      return texts.length === 1 && tagOf(only, 'rua') !== null;
    default:
      return record.kind satisfies never;
  }
}

/** Whether an SPF record names our servers before it ends (RFC 7208 §4.6.2): what stands behind `all` is not reached. */
function spfAllows(text: string, plan: RecordPlan): boolean {
  const wanted = spfMechanism(plan);
  const hosts = plan.mailExchangers.map(host => `a:${host}`);
  const accepted = new Set(plan.spfInclude === null ? [wanted, ...hosts] : [wanted]);
  for (const term of text.toLowerCase().split(' ')) {
    const bare = term.startsWith('+') ? term.slice(1) : term;
    if (accepted.has(bare)) return true;
    if (/^[-~?]?all$/.test(bare)) return false;
  }
  return text
    .toLowerCase()
    .split(' ')
    .includes(`redirect=${plan.spfInclude ?? ''}`);
}

/** Value of a tag in a list `a=b; c=d`, in lower case; null when it is not there. */
function tagOf(text: string, name: string): string | null {
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim().toLowerCase() === name) {
      return part
        .slice(equals + 1)
        .trim()
        .toLowerCase();
    }
  }
  return null;
}

/** A host is right when it is a CNAME to ours, or when its addresses are ours (hosts that flatten CNAMEs). */
async function checkHost(
  resolver: ZoneResolver,
  record: Extract<WantedRecord, { type: 'CNAME' }>,
): Promise<CheckedRecord> {
  const answer = await resolver.cname(record.name);
  if (answer.kind === 'records') {
    return judged(record, answer, answer.records.includes(record.target), answer.records);
  }
  if (answer.kind !== 'nodata') return judged(record, answer, false, []);
  const [theirs, ours] = await Promise.all([
    addressesOf(resolver, record.name),
    addressesOf(resolver, record.target),
  ]);
  return judged(record, answer, theirs.length > 0 && theirs.every(text => ours.includes(text)), theirs);
}

async function addressesOf(resolver: ZoneResolver, name: string): Promise<string[]> {
  const answers = await Promise.all([resolver.a(name), resolver.aaaa(name)]);
  return answers.flatMap(answer => (answer.kind === 'records' ? answer.records : []));
}
