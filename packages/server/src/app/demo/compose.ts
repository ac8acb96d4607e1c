import { type BuildPart, buildMessage } from '@hongyan/formats/message/build.ts';
import { addressField, dateField, idField, plainField, textField } from '@hongyan/formats/message/fields.ts';
import type { BulkMail } from './bulk.ts';
import { makeFile } from './files.ts';
import { companyEnglish, companyName, departments, type Person } from './people.ts';
import type { Random } from './random.ts';
import type { Conversation, Turn } from './script.ts';

/** A message of the sample company, ready to be filed. */
export interface DemoMail {
  /** Without angle brackets. */
  readonly id: string;
  readonly at: number;
  readonly from: Person | null;
  readonly recipients: readonly Person[];
  readonly bytes: Uint8Array;
  /** The one of the conversation's messages that this answers, and who wrote it. */
  readonly answers: string | null;
  readonly spam: boolean;
}

/** Minutes east of UTC in Hangzhou. */
const zone = 480;

function mailbox(person: Person): { name: string; local: string; domain: string } {
  return { name: person.name, local: person.local, domain: person.domain };
}

function signature(person: Person, language: 'zh' | 'en'): string {
  const department = departments.find(({ id }) => id === person.department);
  if (language === 'en') {
    const company = person.department === null ? person.company : companyEnglish;
    const title = /^[\x20-\x7e]+$/.test(person.title) ? person.title : (department?.english ?? '');
    const name =
      person.department === null || person.name === person.english
        ? person.name
        : `${person.english} (${person.name})`;
    return ['-- ', name, [title, company].filter(text => text !== '').join(', '), person.phone].join('\n');
  }
  const company = person.department === null ? person.company : companyName;
  return [
    '-- ',
    person.name,
    `${department ? `${department.name} · ` : ''}${person.title}`,
    company,
    `电话 ${person.phone}`,
  ].join('\n');
}

/** The message before, as mail programs quote it. */
function quoted(turn: Turn, at: number, language: 'zh' | 'en'): string {
  const local = new Date(at + zone * 60_000).toISOString();
  const when = `${local.slice(0, 10)} ${local.slice(11, 16)}`;
  const head =
    language === 'zh' ? `在 ${when}，${turn.from.name} 写道：` : `On ${when}, ${turn.from.name} wrote:`;
  const lines = turn.text.split('\n').map(line => (line === '' ? '>' : `> ${line}`));
  return `${head}\n${lines.join('\n')}`;
}

function withFiles(body: BuildPart, turn: Turn, id: string, random: Random, at: number): BuildPart {
  if (!turn.files || turn.files.length === 0) return body;
  const files = turn.files.map((file): BuildPart => {
    const made = makeFile(file, random, new Date(at));
    return { kind: 'data', ...made, fileName: file.name, disposition: 'attachment' };
  });
  return {
    kind: 'multipart',
    subtype: 'mixed',
    boundary: `=_mixed_${id.slice(0, 24)}`,
    parts: [body, ...files],
  };
}

/** Identifier of a message: the same for the same seed. */
function newId(random: Random, at: number, domain: string): string {
  const part = (): string => random.integer(0, 0x7fffffff).toString(36).padStart(6, '0');
  return `${at.toString(36)}.${part()}${part()}@${domain}`;
}

/** The messages of a conversation that begins at `start`; those that would lie after `end` are left out. */
export function composeConversation(
  conversation: Conversation,
  random: Random,
  start: number,
  end: number,
): DemoMail[] {
  const mails: DemoMail[] = [];
  const references: string[] = [];
  let at = start;
  let before: { readonly turn: Turn; readonly at: number } | null = null;
  for (const turn of conversation.turns) {
    if (before) {
      const [min, max] = turn.after ?? [1, 12];
      at += Math.round((min + random.next() * (max - min)) * 3_600_000);
    }
    if (at > end) break;
    const id = newId(random, at, turn.from.domain);
    const reply = before !== null;
    const prefix = conversation.language === 'zh' ? '回复：' : 'Re: ';
    const text = [
      turn.text,
      '',
      signature(turn.from, conversation.language),
      ...(before ? ['', quoted(before.turn, before.at, conversation.language)] : []),
    ];
    const parent = references.at(-1) ?? null;
    const fields = [
      addressField('From', [mailbox(turn.from)]),
      addressField('To', turn.to.map(mailbox)),
      ...(turn.cc && turn.cc.length > 0 ? [addressField('Cc', turn.cc.map(mailbox))] : []),
      textField('Subject', `${reply ? prefix : ''}${conversation.subject}`),
      dateField('Date', at, zone),
      idField('Message-ID', [id]),
      ...(parent === null ? [] : [idField('In-Reply-To', [parent]), idField('References', references)]),
    ];
    const body: BuildPart = { kind: 'text', text: `${text.join('\n')}\n` };
    mails.push({
      id,
      at,
      from: turn.from,
      recipients: [...new Set([...turn.to, ...(turn.cc ?? [])])],
      bytes: buildMessage(fields, withFiles(body, turn, id, random, at)),
      answers: parent,
      spam: false,
    });
    references.push(id);
    before = { turn, at };
  }
  return mails;
}

/** A message of a machine or a stranger. */
export function composeBulk(bulk: BulkMail, to: Person, random: Random, at: number): DemoMail {
  const id = newId(random, at, bulk.fromDomain);
  const fields = [
    addressField('From', [{ name: bulk.fromName, local: bulk.fromLocal, domain: bulk.fromDomain }]),
    addressField('To', [mailbox(to)]),
    textField('Subject', bulk.subject),
    dateField('Date', at, zone),
    idField('Message-ID', [id]),
    ...(bulk.list
      ? [
          plainField('List-Unsubscribe', `<https://${bulk.fromDomain}/unsubscribe>`),
          plainField('List-Id', `<${bulk.fromLocal}.${bulk.fromDomain}>`),
        ]
      : [plainField('Auto-Submitted', 'auto-generated')]),
  ];
  const text: BuildPart = { kind: 'text', text: bulk.text };
  const body: BuildPart =
    bulk.html === null
      ? text
      : {
          kind: 'multipart',
          subtype: 'alternative',
          boundary: `=_alternative_${id.slice(0, 24)}`,
          parts: [text, { kind: 'text', subtype: 'html', text: bulk.html }],
        };
  return {
    id,
    at,
    from: null,
    recipients: [to],
    bytes: buildMessage(fields, body),
    answers: null,
    spam: bulk.spam,
  };
}
