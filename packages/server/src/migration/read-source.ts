import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { decodeModifiedUtf7 } from '@hongyan/formats/imap/names/modified-utf7.ts';
import { maildirFlags } from './flags.ts';
import { MboxReader, separatorTime } from './mbox-reader.ts';
import type { MailSource, SourceFormat, SourceItem, SourceMessage } from './source.ts';

interface Found {
  readonly path: string;
  readonly folder: readonly string[];
  readonly size: number;
  readonly modifiedAt: number;
}

/** Deepest folder of a source that is looked into: a link that points upwards must not lead in circles. */
const maxDepth = 32;
const chunkBytes = 64 * 1024;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

async function entries(path: string): Promise<Dirent[]> {
  const list = await readdir(path, { withFileTypes: true });
  return list.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function found(path: string, folder: readonly string[]): Promise<Found> {
  const { size, mtimeMs } = await stat(path);
  return { path, folder, size, modifiedAt: Math.floor(mtimeMs) };
}

/** Whether a folder is a Maildir: it has `cur` and `new`. */
async function isMaildir(path: string): Promise<boolean> {
  const names = new Set((await entries(path)).map(entry => entry.name));
  return names.has('cur') && names.has('new');
}

/** What a path holds: a Maildir, an mbox file or a folder of them, or a folder of single messages. */
export async function detectFormat(path: string): Promise<SourceFormat> {
  if (!(await isDirectory(path))) return /\.eml$/i.test(path) ? 'eml' : 'mbox';
  if (await isMaildir(path)) return 'maildir';
  const names = (await entries(path)).map(entry => entry.name.toLowerCase());
  if (names.some(name => name.endsWith('.mbox'))) return 'mbox';
  return 'eml';
}

async function mboxFiles(path: string, base: readonly string[]): Promise<Found[]> {
  if (!(await isDirectory(path))) return [await found(path, base)];
  const list: Found[] = [];
  for (const entry of await entries(path)) {
    if (!entry.isFile() || !entry.name.toLowerCase().endsWith('.mbox')) continue;
    list.push(
      await found(join(path, entry.name), [...base.slice(0, -1), basename(entry.name, extname(entry.name))]),
    );
  }
  return list;
}

/** Maildir++: subfolders are `.Parent.Child` beside `cur`, names in modified UTF-7. */
function maildirPath(name: string): string[] {
  const text = decodeModifiedUtf7(Buffer.from(name.slice(1), 'utf8')) ?? name.slice(1);
  return text.split('.').filter(part => part !== '');
}

async function maildirFiles(root: string, base: readonly string[]): Promise<Found[]> {
  const folders: (readonly [path: string, folder: readonly string[]])[] = [[root, base]];
  for (const entry of await entries(root)) {
    if (!entry.isDirectory() || !entry.name.startsWith('.') || entry.name.length < 2) continue;
    folders.push([join(root, entry.name), [...base.slice(0, -1), ...maildirPath(entry.name)]]);
  }
  const list: Found[] = [];
  for (const [path, folder] of folders) {
    for (const part of ['cur', 'new']) {
      const files = await entries(join(path, part)).catch(() => []);
      for (const file of files)
        if (file.isFile()) list.push(await found(join(path, part, file.name), folder));
    }
  }
  return list;
}

async function emlFiles(path: string, base: readonly string[], depth = 0): Promise<Found[]> {
  if (!(await isDirectory(path))) return [await found(path, base)];
  if (depth > maxDepth) return [];
  const list: Found[] = [];
  for (const entry of await entries(path)) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) {
      const folder = depth === 0 ? [...base.slice(0, -1), entry.name] : [...base, entry.name];
      list.push(...(await emlFiles(inner, folder, depth + 1)));
    } else if (entry.isFile() && /\.eml$/i.test(entry.name)) list.push(await found(inner, base));
  }
  return list;
}

async function* readMbox(file: Found): AsyncGenerator<SourceItem, void, undefined> {
  const reader = new MboxReader();
  const map = function* (events: ReturnType<MboxReader['push']>): Generator<SourceItem, void, undefined> {
    for (const event of events) {
      if (event.kind === 'data') {
        yield { kind: 'bytes', bytes: event.bytes };
        continue;
      }
      const message: SourceMessage = {
        key: `${resolve(file.path)}\0${event.offset}`,
        place: `${file.path}:${event.offset}`,
        folder: file.folder,
        flags: null,
        receivedAt: separatorTime(event.fromLine),
        size: 0,
      };
      yield { kind: 'message', message };
    }
  };
  for await (const chunk of createReadStream(file.path, { highWaterMark: chunkBytes })) {
    yield* map(reader.push(chunk as Uint8Array));
  }
  yield* map(reader.end());
}

async function* readSingle(
  root: string,
  file: Found,
  format: SourceFormat,
): AsyncGenerator<SourceItem, void, undefined> {
  const name = basename(file.path);
  const maildir = format === 'maildir';
  // The flags in a Maildir name change, and files move from `new` to `cur`: neither makes another message.
  const stable = maildir ? (name.split(':2,', 1)[0] ?? name) : relative(root, file.path).split(sep).join('/');
  const message: SourceMessage = {
    key: `${resolve(root)}\0${maildir ? file.folder.join('/') : ''}\0${stable}`,
    place: file.path,
    folder: file.folder,
    flags: maildir ? maildirFlags(name) : 0,
    receivedAt: maildir ? file.modifiedAt : null,
    size: file.size,
  };
  yield { kind: 'message', message };
  for await (const bytes of createReadStream(file.path, { highWaterMark: chunkBytes })) {
    yield { kind: 'bytes', bytes: bytes as Uint8Array };
  }
}

/**
 * Opens what lies at `path`. `folder` is where messages without a folder of their own go. Rejects when the path cannot
 * be read at all; single files that cannot be read are reported among the items.
 */
export async function openSource(
  path: string,
  format: SourceFormat,
  folder: readonly string[],
): Promise<MailSource> {
  const finders = { mbox: mboxFiles, maildir: maildirFiles, eml: emlFiles };
  const files = await finders[format](path, folder);
  return {
    format,
    totalBytes: files.reduce((sum, file) => sum + file.size, 0),
    async *items() {
      for (const file of files) {
        try {
          yield* format === 'mbox' ? readMbox(file) : readSingle(path, file, format);
        } catch (error) {
          yield { kind: 'unreadable', place: file.path, reason: reasonOf(error) };
        }
      }
    },
  };
}
