import { SaxesParser } from 'saxes';
import type { TextCollector } from './collector.ts';
import type { ExtractLimits } from './limits.ts';
import { readZip } from './zip.ts';

type OfficeKind = 'docx' | 'xlsx' | 'pptx';

/** Where the text of each kind is: main parts, notes and comments. */
const places: Readonly<Record<OfficeKind, RegExp>> = {
  docx: /^word\/(?:document|header\d{0,4}|footer\d{0,4}|footnotes|endnotes|comments)\.xml$/,
  xlsx: /^xl\/(?:sharedStrings|workbook|comments\d{0,4}|worksheets\/sheet\d{1,4})\.xml$/,
  pptx: /^ppt\/(?:slides\/slide|notesSlides\/notesSlide|comments\/comment)\d{1,5}\.xml$/,
};

/** Elements that hold text, after which nothing separates; and those after which a line ends. Names without prefix. */
const textElements: ReadonlySet<string> = new Set(['t', 'v', 'text', 'instrText']);
const lineElements: ReadonlySet<string> = new Set(['p', 'si', 'c', 'row', 'tc', 'br', 'tab', 'comment']);

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/**
 * Adds the text of one XML part. Undefined entities and document types end the reading with an error, as does depth: so
 * nothing can be expanded.
 */
function readXml(content: string, limits: ExtractLimits, into: TextCollector): void {
  const parser = new SaxesParser();
  let depth = 0;
  let inText = 0;
  let shared = false;
  parser.on('error', error => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new RangeError('a document type is not welcome');
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > limits.maxDepth) throw new RangeError('too deep');
    const local = localName(name);
    // Cells of type `s` hold the number of a shared string, which is read where it is.
    if (local === 'c') shared = attributes['t'] === 's';
    if (local === 'sheet' && attributes['name']) into.add(`${attributes['name']}\n`);
    if (textElements.has(local) && !(local === 'v' && shared)) inText += 1;
  });
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    const local = localName(name);
    if (textElements.has(local) && !(local === 'v' && shared)) inText -= 1;
    if (lineElements.has(local)) into.add('\n');
  });
  parser.on('text', text => {
    if (inText > 0) into.add(text);
  });
  const step = 64 * 1024;
  for (let at = 0; at < content.length && into.open; at += step) parser.write(content.slice(at, at + step));
}

/** Adds the text of a Word, Excel or PowerPoint file (ECMA-376). Throws on broken or hostile ones. */
export async function readOffice(
  kind: OfficeKind,
  bytes: Uint8Array,
  limits: ExtractLimits,
  into: TextCollector,
): Promise<void> {
  const place = places[kind];
  await readZip(
    bytes,
    limits,
    into,
    name => name.length < 100 && place.test(name),
    (_name, content) => readXml(content.toString('utf8'), limits, into),
  );
}
