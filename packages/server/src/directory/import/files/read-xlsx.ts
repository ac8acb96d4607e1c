import { Buffer } from 'node:buffer';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import yauzl from 'yauzl';
import { isMailError, MailError } from '../../../platform/errors.ts';
import { type Sheet, type SheetRow, sheetLimits } from './limits.ts';
import { cleanCell } from './text.ts';

function unreadable(reason: string, cause?: unknown): MailError {
  return new MailError('import.unreadable', { reason }, cause === undefined ? {} : { cause });
}

/** The named parts of an archive, as far as it has them. Each is inflated no further than the limit. */
async function readParts(bytes: Uint8Array, wanted: (name: string) => boolean): Promise<Map<string, string>> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes), { lazyEntries: true });
  try {
    const parts = new Map<string, string>();
    if (zip.entryCount > sheetLimits.entries) throw unreadable('too many entries');
    for await (const entry of zip.eachEntry()) {
      if (!wanted(entry.fileName) || parts.has(entry.fileName)) continue;
      if (entry.isEncrypted()) throw unreadable('encrypted');
      if (entry.uncompressedSize > sheetLimits.partOctets) throw unreadable('too large');
      const stream = await zip.openReadStreamPromise(entry);
      const chunks: Buffer[] = [];
      let octets = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        octets += chunk.length;
        // The size in the directory is a claim.
        if (octets > sheetLimits.partOctets) throw unreadable('too large');
        chunks.push(chunk);
      }
      parts.set(entry.fileName, Buffer.concat(chunks).toString('utf8'));
    }
    return parts;
  } finally {
    zip.close();
  }
}

interface XmlEvents {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
}

/** Walks XML without namespaces' prefixes. A document type is refused, so nothing can be expanded. */
function walk(xml: string, events: XmlEvents): void {
  const parser = new SaxesParser();
  let depth = 0;
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  parser.on('error', error => {
    throw error;
  });
  parser.on('doctype', () => {
    throw unreadable('document type');
  });
  parser.on('opentag', (tag: SaxesTagPlain) => {
    depth += 1;
    if (depth > sheetLimits.depth) throw unreadable('too deep');
    events.open(local(tag.name), tag.attributes);
  });
  parser.on('text', text => events.text(text));
  parser.on('cdata', text => events.text(text));
  parser.on('closetag', (tag: SaxesTagPlain) => {
    depth -= 1;
    events.close(local(tag.name));
  });
  parser.write(xml).close();
}

/** Name of the part that holds the first sheet. */
function firstSheet(parts: ReadonlyMap<string, string>): string {
  let id: string | null = null;
  let target: string | null = null;
  walk(parts.get('xl/workbook.xml') ?? '<none/>', {
    open(name, attributes) {
      if (name === 'sheet') id ??= attributes['r:id'] ?? null;
    },
    text: () => undefined,
    close: () => undefined,
  });
  walk(parts.get('xl/_rels/workbook.xml.rels') ?? '<none/>', {
    open(name, attributes) {
      if (name === 'Relationship' && id !== null && attributes['Id'] === id) {
        target = attributes['Target'] ?? null;
      }
    },
    text: () => undefined,
    close: () => undefined,
  });
  const path = (target ?? 'worksheets/sheet1.xml') as string;
  return path.startsWith('/') ? path.slice(1) : `xl/${path}`;
}

/** The texts that cells refer to by number. Phonetic guides (rPh) are no part of them. */
function sharedTexts(xml: string | undefined): string[] {
  const texts: string[] = [];
  if (xml === undefined) return texts;
  let text = '';
  let inText = false;
  let phonetic = 0;
  walk(xml, {
    open(name) {
      if (name === 'si') text = '';
      if (name === 'rPh') phonetic += 1;
      if (name === 't') inText = phonetic === 0;
    },
    text(piece) {
      if (inText && text.length <= sheetLimits.cell) text += piece;
    },
    close(name) {
      if (name === 't') inText = false;
      if (name === 'rPh') phonetic -= 1;
      if (name !== 'si') return;
      texts.push(text);
      if (texts.length > sheetLimits.sharedTexts) throw unreadable('too many texts');
    },
  });
  return texts;
}

/** Column of a reference like `AB12`, from 0; null for none. */
function columnOf(given: string | undefined): number | null {
  const reference = given ?? '';
  let column = 0;
  let at = 0;
  for (; at < reference.length && at < 4; at += 1) {
    const code = reference.charCodeAt(at) - 64;
    if (code < 1 || code > 26) break;
    column = column * 26 + code;
  }
  return at === 0 ? null : column - 1;
}

/** A number as people see it in a column of numbers: without exponent, as long as it is a whole one. */
function numberText(text: string): string {
  const value = Number(text);
  return text !== '' && Number.isSafeInteger(value) ? String(value) : text;
}

function readRows(xml: string, texts: readonly string[]): Sheet {
  const rows: SheetRow[] = [];
  let cells: string[] = [];
  let line = 0;
  let column = -1;
  let type = '';
  let value = '';
  let inValue = false;
  walk(xml, {
    open(name, attributes) {
      if (name === 'row') {
        const given = Number(attributes['r']);
        line = Number.isSafeInteger(given) && given > line ? given : line + 1;
        cells = [];
        column = -1;
      } else if (name === 'c') {
        column = columnOf(attributes['r']) ?? column + 1;
        type = attributes['t'] ?? 'n';
        value = '';
      } else if (name === 'v' || name === 't') inValue = true;
    },
    text(piece) {
      if (inValue && value.length <= sheetLimits.cell) value += piece;
    },
    close(name) {
      if (name === 'v' || name === 't') inValue = false;
      if (name === 'c' && column < sheetLimits.columns) {
        while (cells.length < column) cells.push('');
        const shown = type === 's' ? (texts[Number(value)] ?? '') : type === 'n' ? numberText(value) : value;
        cells[column] = cleanCell(type === 'e' ? '' : shown);
      }
      if (name !== 'row' || !cells.some(cell => cell !== '')) return;
      rows.push({ line, cells });
      if (rows.length > sheetLimits.rows + 1) {
        throw new MailError('limit.exceeded', { limit: 'importRows', max: sheetLimits.rows });
      }
    },
  });
  return rows;
}

const fixedParts = new Set(['xl/workbook.xml', 'xl/_rels/workbook.xml.rels', 'xl/sharedStrings.xml']);

/**
 * Reads the first sheet of an Excel workbook (ECMA-376): values as they were last shown, never a formula. Throws
 * `import.unreadable`, `limit.exceeded`.
 */
export async function readXlsx(bytes: Uint8Array): Promise<Sheet> {
  try {
    const parts = await readParts(bytes, name => fixedParts.has(name));
    if (!parts.has('xl/workbook.xml')) throw unreadable('no workbook');
    const sheet = firstSheet(parts);
    const xml = (await readParts(bytes, name => name === sheet)).get(sheet);
    if (xml === undefined) throw unreadable('no sheet');
    return readRows(xml, sharedTexts(parts.get('xl/sharedStrings.xml')));
  } catch (error) {
    if (isMailError(error)) throw error;
    throw unreadable('damaged', error);
  }
}
