import { Buffer } from 'node:buffer';
import { scanMessage } from '../message/scan.ts';
import type { SieveAction } from './execution/action.ts';
import type { SieveEnvironment } from './execution/environment.ts';
import { SieveMessage } from './execution/message.ts';
import { defaultSieveLimits, type SieveLimits } from './limits.ts';
import { readSieve, runSieve } from './script.ts';

/** A message and surroundings for tests of scripts. */
export const sampleMessage: string = [
  'Received: from a by b; Tue, 3 Nov 2026 08:00:00 +0000',
  'Received: from c by d; Mon, 2 Nov 2026 07:00:00 +0000',
  'From: "Wile E. Coyote" <coyote+traps@desert.example.org>',
  'To: roadrunner@acme.example.com, =?utf-8?B?5byg5LiJ?= <zhang@corp.example>',
  'Subject: =?utf-8?B?W2xpc3RdIOS9oOWlvSDkuJbnlYw=?=',
  'Date: Mon, 02 Nov 2026 23:30:05 -0500',
  'Message-ID: <m1@desert.example.org>',
  'X-Score: 0042 points',
  'X-Empty:',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  'prologue',
  '--b',
  'Content-Type: text/plain; charset=gb2312',
  'Content-Transfer-Encoding: base64',
  '',
  'y9HL98600rvPwg==',
  '--b',
  'Content-Type: text/html',
  '',
  '<p>Buy <b>cheap</b> anvils</p>',
  '--b',
  'Content-Type: application/pdf; name=a.pdf',
  '',
  '%PDF',
  '--b--',
  '',
].join('\r\n');

export interface Surroundings {
  readonly from?: string;
  readonly to?: string;
  readonly now?: number;
  readonly zone?: number;
  readonly mailboxes?: readonly string[];
  readonly seen?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly scores?: NonNullable<SieveEnvironment['scores']>;
  readonly items?: Readonly<Record<string, string>>;
  readonly limits?: Partial<SieveLimits>;
}

export function sampleEnvironment(given: Surroundings = {}): SieveEnvironment {
  return {
    now: given.now ?? Date.UTC(2026, 10, 22, 4, 5, 6),
    zone: given.zone ?? 480,
    envelope: {
      from: given.from ?? 'coyote@desert.example.org',
      to: given.to ?? 'roadrunner+fast@acme.example.com',
    },
    item: name => given.items?.[name] ?? null,
    mailboxExists: async name => (given.mailboxes ?? []).includes(name),
    specialUse: async (mailbox, use) => use.toLowerCase() === '\\junk' && (mailbox ?? 'Junk') === 'Junk',
    ...(given.scores && { scores: given.scores }),
    inList: async (list, value) => given.lists?.[list]?.includes(value.toLowerCase()) ?? null,
    listMembers: async list => given.lists?.[list] ?? null,
    metadata: async (mailbox, entry) => given.metadata?.[`${mailbox ?? ''}${entry}`] ?? null,
    seen: async id => (given.seen ?? []).includes(id),
    script: async (_location, name) => {
      const script = given.scripts?.[name];
      return script === undefined ? null : Buffer.from(script);
    },
  };
}

/** Runs a script on a message; null when it is invalid or failed. `loads` octets of it are there to be looked at. */
export async function actionsOf(
  script: string,
  message: string,
  given: Surroundings = {},
  loads: number = Number.MAX_SAFE_INTEGER,
): Promise<readonly SieveAction[] | null> {
  const reading = readSieve(Buffer.from(script), { ...defaultSieveLimits, ...given.limits });
  if (reading.kind === 'invalid') return null;
  const outcome = await runSieve(reading.script, viewOf(message, loads), sampleEnvironment(given));
  return outcome.kind === 'done' ? outcome.actions : null;
}

/** The message that an action of a kind works on, put together; null when it is as it came, or there is no such action. */
export function editedText(
  actions: readonly SieveAction[] | null,
  kind: string,
  message: string,
): string | null {
  const action = actions?.find(one => one.kind === kind);
  if (action === undefined || !('edited' in action) || action.edited === null) return null;
  const { header, body } = action.edited;
  const bytes = Buffer.from(message);
  const { root } = scanMessage(bytes);
  const pieces = (body ?? [{ start: root.bodyStart, end: bytes.length }]).map(piece =>
    piece instanceof Uint8Array ? piece : bytes.subarray(piece.start, piece.end),
  );
  return Buffer.concat([header, Buffer.from('\r\n'), ...pieces]).toString();
}

function viewOf(message: string, loads = Number.MAX_SAFE_INTEGER): SieveMessage {
  const bytes = Buffer.from(message);
  const { header, root } = scanMessage(bytes);
  return new SieveMessage(header, bytes.length, async () => ({
    bytes: bytes.subarray(0, loads),
    root,
    size: bytes.length,
  }));
}

/** Runs a script on a message: its actions in short form, or its problem. */
export async function tryScript(
  script: string,
  given: Surroundings = {},
  message: string = sampleMessage,
): Promise<string[]> {
  const reading = readSieve(Buffer.from(script), { ...defaultSieveLimits, ...given.limits });
  if (reading.kind === 'invalid') return [`invalid ${reading.problem.message}`];
  const outcome = await runSieve(reading.script, viewOf(message), sampleEnvironment(given));
  if (outcome.kind === 'failed') return [`failed ${outcome.problem.message}`];
  return outcome.actions.map(action => {
    switch (action.kind) {
      case 'keep':
        return ['keep', ...action.flags].join(' ');
      case 'fileinto':
        return ['fileinto', action.mailbox, ...action.flags, action.create ? 'create' : '']
          .join(' ')
          .trimEnd();
      case 'redirect':
        return `redirect ${action.address}`;
      case 'reject':
        return `${action.extended ? 'ereject' : 'reject'} ${action.reason.trimEnd()}`;
      case 'vacation':
        return `vacation ${action.seconds} ${action.reason}`;
      case 'notify':
        return `notify ${action.recipients.map(one => one.address).join(',')} ${action.message ?? ''}`.trimEnd();
      case 'remember':
        return `remember ${action.seconds}`;
      default:
        return action.kind;
    }
  });
}
