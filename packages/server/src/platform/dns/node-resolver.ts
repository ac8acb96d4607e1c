import { NODATA, NOTFOUND, promises } from 'node:dns';
import {
  type DnsAnswer,
  type MxRecord,
  type SrvRecord,
  temporaryAnswer,
  type ZoneResolver,
} from './resolver.ts';

export interface NodeResolverOptions {
  /** Name servers as `address` or `address:port` (IPv6 in brackets); those of the system when empty or absent. */
  readonly servers?: readonly string[];
  /** How long one try may take, ms. */
  readonly timeoutMs?: number;
  /** Tries per server. */
  readonly tries?: number;
}

/** Longest name in text form (RFC 1035 §2.3.4: 255 octets on the wire). */
const maxNameLength = 253;

/** A resolver that asks recursive name servers through the machine's stub (c-ares). */
export function createNodeResolver(options: NodeResolverOptions = {}): ZoneResolver {
  const stub = new promises.Resolver({ timeout: options.timeoutMs ?? 5000, tries: options.tries ?? 2 });
  if (options.servers !== undefined && options.servers.length > 0) stub.setServers([...options.servers]);
  return {
    mx: name => ask(name, async () => (await stub.resolveMx(name)).map(toMx)),
    a: name => ask(name, () => stub.resolve4(name)),
    aaaa: name => ask(name, () => stub.resolve6(name)),
    txt: name => ask(name, async () => (await stub.resolveTxt(name)).map(strings => strings.join(''))),
    ptr: address => ask(address, async () => (await stub.reverse(address)).map(canonicalName)),
    cname: name => ask(name, async () => (await stub.resolveCname(name)).map(canonicalName)),
    ns: name => ask(name, async () => (await stub.resolveNs(name)).map(canonicalName)),
    srv: name => ask(name, async () => (await stub.resolveSrv(name)).map(toSrv)),
  };
}

/** A name as it is compared: lower case, without the final dot. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

function toMx(record: { readonly priority: number; readonly exchange: string }): MxRecord {
  return { preference: record.priority, exchange: canonicalName(record.exchange) };
}

function toSrv(record: {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly name: string;
}): SrvRecord {
  const { priority, weight, port, name } = record;
  return { priority, weight, port, target: canonicalName(name) };
}

async function ask<Record>(name: string, query: () => Promise<Record[]>): Promise<DnsAnswer<Record>> {
  if (!isAskable(name)) return { kind: 'nxdomain' };
  try {
    const records = await query();
    return records.length > 0 ? { kind: 'records', records } : { kind: 'nodata' };
  } catch (error) {
    return answerOf(error);
  }
}

/** Names that no server could hold are answered here: the stub would report some of them as a server's failure. */
function isAskable(name: string): boolean {
  if (name === '' || name.length > maxNameLength) return false;
  return name.split('.').every(label => label.length > 0 && label.length <= 63);
}

function answerOf(error: unknown): DnsAnswer<never> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case NODATA:
      return { kind: 'nodata' };
    case NOTFOUND:
    case 'EBADNAME':
    case 'EINVAL':
      return { kind: 'nxdomain' };
    default:
      return temporaryAnswer(typeof code === 'string' ? code : String(error));
  }
}
