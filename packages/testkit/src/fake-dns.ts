import { createSocket, type Socket } from 'node:dgram';
import dnsPacket, { type Answer, type Packet } from 'dns-packet';

/** Records of one name. Absent types answer "no data"; absent names answer NXDOMAIN. */
export interface FakeDnsName {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  /** As [preference, exchange]; the exchange `.` is the null MX of RFC 7505. */
  readonly mx?: readonly (readonly [preference: number, exchange: string])[];
  readonly txt?: readonly string[];
  readonly ptr?: readonly string[];
  readonly cname?: string;
  readonly ns?: readonly string[];
  readonly srv?: readonly {
    readonly priority: number;
    readonly weight: number;
    readonly port: number;
    readonly target: string;
  }[];
  /** Answer every question about this name with SERVFAIL, or never. */
  readonly fails?: 'servfail' | 'silence';
}

/** A zone as data: names are lower case without the final dot; names of addresses as `1.2.0.192.in-addr.arpa`. */
export type FakeZone = Record<string, FakeDnsName>;

/** A name server on loopback that answers from data, as a recursive server would (it follows CNAMEs). */
export interface FakeDns extends AsyncDisposable {
  /** `address:port`, as resolvers want it. */
  readonly server: string;
  /** Change it at any time. */
  readonly zone: FakeZone;
  /** Questions asked so far, as `TYPE name`. */
  readonly asked: readonly string[];
}

const mostLinks = 8;
const authoritative = dnsPacket.AUTHORITATIVE_ANSWER | dnsPacket.RECURSION_AVAILABLE;
const servfail = 2;
const nxdomain = 3;

/** Starts a name server for `zone` on a free port of 127.0.0.1. */
export async function startFakeDns(zone: FakeZone = {}): Promise<FakeDns> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (message, peer) => {
    const reply = answerTo(message, zone, asked);
    if (reply) socket.send(reply, peer.port, peer.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  return {
    server: `127.0.0.1:${socket.address().port}`,
    zone,
    asked,
    [Symbol.asyncDispose]: () => close(socket),
  };
}

function close(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    socket.close(resolve);
  });
}

function answerTo(message: Buffer, zone: FakeZone, asked: string[]): Buffer | null {
  const query = dnsPacket.decode(message);
  const question = query.questions?.[0];
  if (!question) return null;
  asked.push(`${question.type} ${question.name.toLowerCase()}`);
  const answers: Answer[] = [];
  let name = question.name.toLowerCase();
  let code = 0;
  for (let link = 0; ; link += 1) {
    const entry = zone[name];
    if (entry?.fails === 'silence') return null;
    if (entry?.fails === 'servfail' || link > mostLinks) {
      code = servfail;
      break;
    }
    if (!entry) {
      code = nxdomain;
      break;
    }
    const records = recordsOf(name, question.type, entry);
    answers.push(...records);
    if (records.length > 0 || entry.cname === undefined) break;
    answers.push({ type: 'CNAME', name, ttl: 60, data: entry.cname });
    name = entry.cname.toLowerCase();
  }
  const packet: Packet = { type: 'response', flags: authoritative | code, questions: [question], answers };
  if (query.id !== undefined) packet.id = query.id;
  return dnsPacket.encode(packet);
}

function recordsOf(name: string, type: string, entry: FakeDnsName): Answer[] {
  const ttl = 60;
  switch (type) {
    case 'A':
      return (entry.a ?? []).map(data => ({ type: 'A', name, ttl, data }));
    case 'AAAA':
      return (entry.aaaa ?? []).map(data => ({ type: 'AAAA', name, ttl, data }));
    case 'MX':
      return (entry.mx ?? []).map(([preference, exchange]) => ({
        type: 'MX',
        name,
        ttl,
        data: { preference, exchange },
      }));
    case 'TXT':
      return (entry.txt ?? []).map(text => ({ type: 'TXT', name, ttl, data: strings(text) }));
    case 'PTR':
      return (entry.ptr ?? []).map(data => ({ type: 'PTR', name, ttl, data }));
    case 'NS':
      return (entry.ns ?? []).map(data => ({ type: 'NS', name, ttl, data }));
    case 'SRV':
      return (entry.srv ?? []).map(data => ({ type: 'SRV', name, ttl, data }));
    case 'CNAME':
      return entry.cname === undefined ? [] : [{ type: 'CNAME', name, ttl, data: entry.cname }];
    default:
      return [];
  }
}

/** A text as the strings of at most 255 octets that a TXT record is made of (RFC 1035 §3.3.14). */
function strings(text: string): Buffer[] {
  const octets = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0; at < octets.length || at === 0; at += 255) pieces.push(octets.subarray(at, at + 255));
  return pieces;
}
