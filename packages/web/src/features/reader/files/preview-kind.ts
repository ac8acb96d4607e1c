/** How a file can be looked at without leaving the mail. */
export type PreviewKind = 'image' | 'text' | 'pdf';

const images = new Set('image/png image/jpeg image/jpg image/gif image/webp image/bmp image/avif'.split(' '));
const texts = new Set(
  'text/plain text/csv text/tab-separated-values text/markdown text/x-log application/json text/xml application/xml text/calendar'.split(
    ' ',
  ),
);
const byExtension: Readonly<Record<string, PreviewKind>> = {
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  bmp: 'image',
  pdf: 'pdf',
  txt: 'text',
  csv: 'text',
  tsv: 'text',
  md: 'text',
  log: 'text',
  json: 'text',
  xml: 'text',
  ics: 'text',
};

/**
 * What a file is shown as; null: only downloaded. SVG and HTML can carry scripts and are never shown as what they are. Many
 * programs send everything as application/octet-stream: then the name decides.
 */
export function previewKind(type: string, name: string | null): PreviewKind | null {
  const kind = type.toLowerCase();
  if (images.has(kind)) return 'image';
  if (kind === 'application/pdf') return 'pdf';
  if (texts.has(kind)) return 'text';
  if (kind !== 'application/octet-stream') return null;
  return byExtension[(name ?? '').split('.').at(-1)?.toLowerCase() ?? ''] ?? null;
}

/** The type a picture is asked for with, so that a wrong label does not keep it from being shown. */
export function imageType(type: string, name: string | null): string {
  if (images.has(type.toLowerCase())) return type;
  const extension = (name ?? '').split('.').at(-1)?.toLowerCase() ?? '';
  return `image/${extension === 'jpg' ? 'jpeg' : extension}`;
}

/** Text of a file: UTF-8, UTF-16 with its mark, else GB 18030. */
export function readText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Whether the bytes begin as a PDF does (the mark may stand a little later). */
export function isPdf(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-');
}
