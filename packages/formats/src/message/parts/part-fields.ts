import { asBuffer, findFieldColon, unfoldField } from '../headers.ts';
import { findParameter, type Parameter, parseParameterised, skipCfws } from '../parameters.ts';

/** The MIME fields of one header block, decoded. */
export interface PartFields {
  type: string;
  subtype: string;
  typed: boolean;
  parameters: readonly Parameter[];
  charset: string | null;
  encoding: string;
  disposition: string | null;
  dispositionParameters: readonly Parameter[];
  fileName: string | null;
  id: string | null;
  contentId: string | null;
  description: string | null;
  md5: string | null;
  language: readonly string[];
  location: string | null;
  flowed: boolean;
  delSp: boolean;
}

const LF = 0x0a;
const MAX_LANGUAGES = 50;
const PREFIX = 'content-';

/** Raw unfolded texts of the Content-* fields by the rest of their name; the first of each counts. */
function contentFields(header: Uint8Array): Map<string, string> {
  const found = new Map<string, string>();
  const data = asBuffer(header);
  let at = 0;
  while (at < data.length) {
    const first = (data[at] ?? 0) | 0x20;
    let end = data.indexOf(LF, at) + 1 || data.length;
    if (first === 0x63 && data.toString('latin1', at, at + PREFIX.length).toLowerCase() === PREFIX) {
      const colon = findFieldColon(data, at, end);
      while (data[end] === 0x20 || data[end] === 0x09) end = data.indexOf(LF, end) + 1 || data.length;
      const key =
        colon < 0
          ? ''
          : data
              .toString('latin1', at + PREFIX.length, colon)
              .trimEnd()
              .toLowerCase();
      if (colon >= 0 && !found.has(key)) found.set(key, unfoldField(data, colon + 1, end));
    }
    at = end;
  }
  return found;
}

/** First token of a field body: comments and blanks around it removed, lower case. */
function token(text: string | undefined): string {
  if (text === undefined) return '';
  const start = skipCfws(text, 0);
  let end = start;
  while (end < text.length && !' \t(;'.includes(text.charAt(end))) end++;
  return text.slice(start, end).toLowerCase();
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** Content-ID without CFWS and angle brackets (RFC 8621 §4.1.4). */
function bareId(text: string | null): string | null {
  if (text === null) return null;
  const open = text.indexOf('<');
  const close = open < 0 ? -1 : text.indexOf('>', open);
  return nonEmpty(close > open ? text.slice(open + 1, close).trim() : text.replaceAll(/[<>\s]/g, ''));
}

/** RFC 3282 list of language tags, comments removed. */
function languages(text: string | undefined): string[] {
  if (text === undefined) return [];
  const tags: string[] = [];
  let at = 0;
  while (at < text.length && tags.length < MAX_LANGUAGES) {
    at = skipCfws(text, at);
    const start = at;
    while (at < text.length && !', \t('.includes(text.charAt(at))) at++;
    if (at > start) tags.push(text.slice(start, at));
    else at++;
  }
  return tags;
}

/** Media type with the repairs of RFC 2045 §5.2: what cannot be understood is text/plain, or octets when it names a file. */
function mediaType(value: string, looksLikeFile: boolean): readonly [string, string] {
  const slash = value.indexOf('/');
  const type = slash < 0 ? value : value.slice(0, slash);
  const subtype = slash < 0 ? '' : value.slice(slash + 1);
  if (/^[!#-'*+.0-9a-z^_`{|}~-]{1,127}$/.test(type)) {
    if (/^[!#-'*+.0-9a-z^_`{|}~-]{1,127}$/.test(subtype)) return [type, subtype];
    if (type === 'multipart') return [type, 'mixed'];
    if (type === 'text') return [type, 'plain'];
  }
  return looksLikeFile ? ['application', 'octet-stream'] : ['text', 'plain'];
}

/**
 * Reads the MIME fields of a header block (RFC 2045, 2183, 1864, 3282, 2557) with their defaults.
 * @param inDigest the part is a child of multipart/digest, whose default is message/rfc822 (RFC 2046 §5.1.5)
 */
export function parsePartFields(header: Uint8Array, inDigest: boolean): PartFields {
  const fields = contentFields(header);
  const typeText = fields.get('type');
  const content = parseParameterised(typeText ?? '');
  const dispositionText = fields.get('disposition');
  const disposition = dispositionText === undefined ? null : parseParameterised(dispositionText);
  const encoding = token(fields.get('transfer-encoding')) || '7bit';
  const fileName =
    nonEmpty(findParameter(disposition?.parameters ?? [], 'filename') ?? undefined) ??
    nonEmpty(findParameter(content.parameters, 'name') ?? undefined);
  const [type, subtype] =
    typeText === undefined && inDigest
      ? ['message', 'rfc822']
      : mediaType(content.value, encoding === 'base64' || fileName !== null);
  const id = nonEmpty(fields.get('id'));
  return {
    type,
    subtype,
    typed: typeText !== undefined,
    parameters: content.parameters,
    charset: type === 'text' ? nonEmpty(findParameter(content.parameters, 'charset') ?? undefined) : null,
    encoding,
    disposition: nonEmpty(disposition?.value),
    dispositionParameters: disposition?.parameters ?? [],
    fileName,
    id,
    contentId: bareId(id),
    description: nonEmpty(fields.get('description')),
    md5: nonEmpty(fields.get('md5')),
    language: languages(fields.get('language')),
    location: nonEmpty(fields.get('location')?.replaceAll(/\s/g, '')),
    flowed: type === 'text' && findParameter(content.parameters, 'format')?.toLowerCase() === 'flowed',
    delSp: findParameter(content.parameters, 'delsp')?.toLowerCase() === 'yes',
  };
}
