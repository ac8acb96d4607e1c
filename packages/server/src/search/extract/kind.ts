import { mediaTypeOf } from '@hongyan/formats/message/content.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';

/** Attachments whose text can be had. */
export type DocumentKind = 'pdf' | 'docx' | 'xlsx' | 'pptx' | 'text' | 'html' | 'message';

const office = 'application/vnd.openxmlformats-officedocument.';

const byType: Readonly<Record<string, DocumentKind>> = {
  'application/pdf': 'pdf',
  'application/x-pdf': 'pdf',
  [`${office}wordprocessingml.document`]: 'docx',
  [`${office}spreadsheetml.sheet`]: 'xlsx',
  [`${office}presentationml.presentation`]: 'pptx',
  'application/json': 'text',
  'application/xml': 'html',
  'application/xhtml+xml': 'html',
};

const byExtension: Readonly<Record<string, DocumentKind>> = {
  pdf: 'pdf',
  docx: 'docx',
  docm: 'docx',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  pptx: 'pptx',
  pptm: 'pptx',
  txt: 'text',
  csv: 'text',
  tsv: 'text',
  md: 'text',
  log: 'text',
  json: 'text',
  ics: 'text',
  vcf: 'text',
  htm: 'html',
  html: 'html',
  xml: 'html',
  eml: 'message',
};

/** What a part is, for reading its text; null for parts without, and for text parts, which are searched anyway. */
export function documentKind(part: StoredPart): DocumentKind | null {
  if (part.type === 'text' || part.type === 'multipart' || part.message) return null;
  const type = mediaTypeOf(part);
  const known = Object.hasOwn(byType, type) ? byType[type] : undefined;
  if (known) return known;
  if (part.type !== 'application' && part.type !== 'message') return null;
  const dot = part.fileName?.lastIndexOf('.') ?? -1;
  if (dot < 0) return null;
  const extension = part.fileName?.slice(dot + 1).toLowerCase() ?? '';
  return Object.hasOwn(byExtension, extension) ? (byExtension[extension] ?? null) : null;
}
