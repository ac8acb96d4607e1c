import { crc32, deflateSync } from 'node:zlib';
import type { Random } from './random.ts';
import type { DemoFile } from './script.ts';

/** A file with its media type. */
export interface MadeFile {
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** Text of a PDF string in UTF-16BE, as hexadecimal. */
function hexText(text: string): string {
  return `<${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
}

/** A PDF of one page; Chinese through the reader's own font (Adobe-GB1), nothing embedded. */
function makePdf(title: string, lines: readonly string[]): Buffer {
  const show = (text: string, size: number, y: number): string =>
    `BT /F1 ${size} Tf 72 ${y} Td ${hexText(text)} Tj ET`;
  const page = [show(title, 20, 760), ...lines.map((line, index) => show(line, 12, 720 - index * 22))].join(
    '\n',
  );
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets: number[] = [];
  for (const [index, body] of objects.entries()) {
    offsets.push(text.length);
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
  }
  const table = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = objects.length + 1;
  text += `xref\n0 ${count}\n0000000000 65535 f \n${table}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

/** A picture of a window with a bar chart: looks like a screenshot in a thumbnail. */
function makePng(random: Random): Buffer {
  const [width, height] = [480, 300];
  const accent = random.pick([
    [30, 105, 222],
    [16, 140, 110],
    [200, 80, 40],
  ]);
  const bars = Array.from({ length: 9 }, () => random.integer(30, 180));
  const pixel = (x: number, y: number): readonly number[] => {
    if (y < 36) return accent;
    if (x < 96) return y % 34 < 4 ? [214, 219, 227] : [240, 242, 246];
    const bar = Math.floor((x - 120) / 38);
    const inside = (x - 120) % 38 < 24 && bar >= 0 && bar < bars.length;
    if (inside && y < 272 && y > 272 - (bars[bar] ?? 0)) return accent;
    return y === 272 ? [160, 166, 176] : [255, 255, 255];
  };
  const raw = Buffer.alloc((width * 3 + 1) * height);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    at += 1;
    for (let x = 0; x < width; x += 1) {
      for (const value of pixel(x, y)) {
        raw[at] = value;
        at += 1;
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(raw)),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

function makeCsv(title: string, random: Random): Buffer {
  const rows = Array.from(
    { length: random.integer(8, 30) },
    (_, index) =>
      `${index + 1},${title},${random.integer(1, 40)},${random.pick(['待处理', '进行中', '已完成'])}`,
  );
  // The byte order mark is what Excel knows UTF-8 by.
  return Buffer.from(`\uFEFF序号,项目,数量,状态\r\n${rows.join('\r\n')}\r\n`, 'utf8');
}

function makeIcs(title: string, start: Date): Buffer {
  const stamp = (date: Date): string => `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const end = new Date(start.getTime() + 3_600_000);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Hongyan//Sample//ZH',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${stamp(start)}-${Buffer.from(title).toString('hex').slice(0, 24)}@hongyan.test`,
    `DTSTAMP:${stamp(start)}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(end)}`,
    `SUMMARY:${title}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'utf8');
}

/** The content of a file of the sample company. */
export function makeFile(file: DemoFile, random: Random, day: Date): MadeFile {
  switch (file.kind) {
    case 'pdf': {
      const lines = [
        `日期 ${day.toISOString().slice(0, 10)}`,
        ...Array.from(
          { length: random.integer(4, 14) },
          (_, index) => `${index + 1}. ${file.title} ${random.integer(100, 999)}`,
        ),
      ];
      return { mediaType: 'application/pdf', content: makePdf(file.title, lines) };
    }
    case 'png':
      return { mediaType: 'image/png', content: makePng(random) };
    case 'csv':
      return { mediaType: 'text/csv', content: makeCsv(file.title, random) };
    case 'ics':
      return {
        mediaType: 'text/calendar',
        content: makeIcs(file.title, new Date(day.getTime() + 2 * 86_400_000)),
      };
    case 'txt':
      return { mediaType: 'text/plain', content: Buffer.from(`${file.title}\r\n`, 'utf8') };
    default:
      return file.kind satisfies never;
  }
}
