import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeModifiedUtf7 } from '@hongyan/formats/imap/names/modified-utf7.ts';
import type { Scope } from '../access/scope.ts';
import { streamMessage } from '../mailbox/body.ts';
import type { MailboxContext } from '../mailbox/context.ts';
import { listMailboxes } from '../mailbox/list.ts';
import { fetchRows } from '../mailbox/rows.ts';
import type { Mailbox, MessageRow } from '../mailbox/types.ts';
import { isMailError } from '../platform/errors.ts';
import { safeFileName } from './file-names.ts';
import { maildirSuffix } from './flags.ts';
import type { ImportFailure } from './import.ts';
import { MboxWriter } from './mbox-writer.ts';
import type { SourceFormat } from './source.ts';

export interface ExportProgress {
  readonly exported: number;
  /** Written by an earlier run. */
  readonly present: number;
  readonly failed: number;
  readonly total: number;
}

export interface ExportResult extends ExportProgress {
  readonly failures: readonly ImportFailure[];
}

export interface ExportOptions {
  readonly format: SourceFormat;
  /** Only this mailbox; everything when left out. */
  readonly folder?: readonly string[];
  readonly onProgress?: (progress: ExportProgress) => void;
  readonly signal?: AbortSignal;
}

const maxFailures = 1_000;
const everything = [[1, 0xffff_ffff]] as const;

/** Where one mailbox of the account goes. */
interface Target {
  /** Whether an earlier run wrote this message. */
  has(row: MessageRow): boolean;
  write(row: MessageRow, body: AsyncIterable<Uint8Array>): Promise<void>;
  end(): Promise<void>;
}

async function writeFileFrom(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const stream = createWriteStream(path, { mode: 0o600 });
  try {
    for await (const chunk of chunks) if (!stream.write(chunk)) await once(stream, 'drain');
  } catch (error) {
    stream.destroy();
    throw error;
  }
  stream.end();
  await once(stream, 'close');
}

/** Single files: complete under a temporary name first, so that what has its name is whole. */
async function fileTarget(
  temporary: string,
  folder: string,
  nameOf: (row: MessageRow) => string,
  stem: (name: string) => string,
): Promise<Target> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const present = new Set((await readdir(folder)).map(stem));
  return {
    has: row => present.has(stem(nameOf(row))),
    async write(row, body) {
      const draft = join(temporary, `${row.uid}.part`);
      await writeFileFrom(draft, body);
      const time = new Date(row.receivedAt);
      await utimes(draft, time, time);
      await rename(draft, join(folder, nameOf(row)));
    },
    end: async () => undefined,
  };
}

async function emlTarget(root: string, mailbox: Mailbox): Promise<Target> {
  const folder = join(root, ...mailbox.path.map(safeFileName));
  const name = (row: MessageRow): string => `${mailbox.uidValidity}-${String(row.uid).padStart(8, '0')}.eml`;
  return fileTarget(join(root, '.tmp'), folder, name, text => text);
}

/** Maildir++: the inbox is the root, other mailboxes are `.Parent.Child`. */
async function maildirTarget(root: string, mailbox: Mailbox): Promise<Target> {
  const path = mailbox.path.map(part => encodeModifiedUtf7(part.replaceAll(/[./]/g, '_')));
  const folder = mailbox.role === 'inbox' ? root : join(root, `.${path.join('.')}`);
  for (const part of ['new', 'tmp']) await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
  if (mailbox.role !== 'inbox') await writeFile(join(folder, 'maildirfolder'), '');
  const name = (row: MessageRow): string =>
    `${Math.floor(row.receivedAt / 1000)}.V${mailbox.uidValidity}U${row.uid}.hongyan${maildirSuffix(row.flags.bits)}`;
  return fileTarget(join(folder, 'tmp'), join(folder, 'cur'), name, text => text.split(':2,', 1)[0] ?? text);
}

/** How far an mbox file got: what lies beyond was cut short and is written again. */
interface Mark {
  readonly uidValidity: number;
  readonly uid: number;
  readonly length: number;
}

async function readMark(path: string, uidValidity: number): Promise<Mark | null> {
  try {
    const mark = JSON.parse(await readFile(path, 'utf8')) as Mark;
    return mark.uidValidity === uidValidity ? mark : null;
  } catch {
    return null;
  }
}

/** A mark is written after so many messages. */
const markEvery = 200;

async function mboxTarget(root: string, mailbox: Mailbox): Promise<Target> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const path = join(root, `${mailbox.path.map(safeFileName).join('.')}.mbox`);
  const markPath = `${path}.progress`;
  const mark = await readMark(markPath, mailbox.uidValidity);
  const size = await stat(path).then(
    status => status.size,
    () => 0,
  );
  const resumed = mark !== null && mark.length <= size;
  if (resumed) await truncate(path, mark.length);
  const writer = new MboxWriter(createWriteStream(path, { flags: resumed ? 'a' : 'w', mode: 0o600 }));
  let length = resumed ? mark.length : 0;
  let last = resumed ? mark.uid : 0;
  let since = 0;
  const note = async (): Promise<void> => {
    await writer.flush();
    const text = JSON.stringify({ uidValidity: mailbox.uidValidity, uid: last, length });
    await writeFile(`${markPath}.new`, text);
    await rename(`${markPath}.new`, markPath);
    since = 0;
  };
  return {
    has: row => resumed && row.uid <= mark.uid,
    async write(row, body) {
      length += await writer.message(row, body);
      last = row.uid;
      since += 1;
      if (since >= markEvery) await note();
    },
    async end() {
      await note();
      await writer.end();
    },
  };
}

const targets = { eml: emlTarget, maildir: maildirTarget, mbox: mboxTarget };

/**
 * Takes an account's mail out into files below `root`, with folders, flags and times as far as the format has them. A
 * message that cannot be read is reported and the rest goes on. Run again into the same place, it adds what is missing.
 */
export async function exportMail(
  ctx: MailboxContext,
  scope: Scope,
  root: string,
  options: ExportOptions,
): Promise<ExportResult> {
  const wanted = options.folder?.join('\0');
  const all = await listMailboxes(ctx, scope);
  const mailboxes = all.filter(mailbox => wanted === undefined || mailbox.path.join('\0') === wanted);
  const failures: ImportFailure[] = [];
  const counts = {
    exported: 0,
    present: 0,
    failed: 0,
    total: mailboxes.reduce((sum, mailbox) => sum + mailbox.total, 0),
  };
  for (const mailbox of mailboxes) {
    const target = await targets[options.format](root, mailbox);
    try {
      for await (const rows of fetchRows(ctx, scope, mailbox.id, everything, { envelope: true })) {
        for (const row of rows) {
          if (options.signal?.aborted) break;
          try {
            if (target.has(row)) counts.present += 1;
            else {
              await target.write(row, streamMessage(ctx, scope, row));
              counts.exported += 1;
            }
          } catch (error) {
            // A body that is damaged is one message; a disk that is full is the end.
            if (!isMailError(error)) throw error;
            counts.failed += 1;
            const place = `${mailbox.path.join('/')} UID ${row.uid}`;
            if (failures.length < maxFailures)
              failures.push({ place, code: error.code, reason: error.message });
          }
          options.onProgress?.({ ...counts });
        }
      }
    } finally {
      await target.end();
    }
  }
  return { ...counts, failures };
}
