import { Buffer } from 'node:buffer';
import papaparse from 'papaparse';
import yazl from 'yazl';
import { safeCell } from './text.ts';

/** A CSV file as Excel opens it in any language: UTF-8 with a mark, and no cell that it would compute. */
export function writeCsv(rows: readonly (readonly string[])[]): Uint8Array {
  const text = papaparse.unparse(
    rows.map(row => row.map(safeCell)),
    { newline: '\r\n' },
  );
  return Buffer.from(`\uFEFF${text}\r\n`);
}

const namespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const fixed: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
  '_rels/.rels': `${head}<Relationships xmlns="${packageRelations}"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `${head}<workbook xmlns="${namespace}" xmlns:r="${relations}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${packageRelations}"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
  // Format 1 is text (49), so that long numbers stay as they are typed.
  'xl/styles.xml': `${head}<styleSheet xmlns="${namespace}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`,
};

function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** An Excel workbook of one sheet, every cell a text: nothing in it is computed. */
export async function writeXlsx(rows: readonly (readonly string[])[]): Promise<Uint8Array> {
  const columns = Math.max(1, ...rows.map(row => row.length));
  const body = rows
    .map(
      row =>
        `<row>${row.map(cell => `<c t="inlineStr" s="1"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`).join('')}</row>`,
    )
    .join('');
  const sheet = `${head}<worksheet xmlns="${namespace}"><cols><col min="1" max="${columns}" width="20" style="1"/></cols><sheetData>${body}</sheetData></worksheet>`;
  const zip = new yazl.ZipFile();
  for (const [name, xml] of Object.entries(fixed)) zip.addBuffer(Buffer.from(xml), name);
  zip.addBuffer(Buffer.from(sheet), 'xl/worksheets/sheet1.xml');
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
