/** How the bytes of a charset are turned into text. */
export type CharsetEngine = 'ascii' | 'text-decoder' | 'iconv' | 'hz' | 'iso-2022-kr';

/** A charset that can be decoded. `name` is the preferred MIME name, lower case. */
export interface Charset {
  readonly name: string;
  readonly engine: CharsetEngine;
  /** The label the engine itself uses. */
  readonly codec: string;
}

/**
 * Labels seen in mail that the WHATWG table lacks or that the platform's tables decode wrongly.
 * Big5 and EUC-KR go to iconv-lite because ICU lacks the Hong Kong supplement and cp949.
 */
const MAIL_LABELS: ReadonlyMap<string, Charset> = new Map(
  (
    [
      [
        'us-ascii',
        'ascii',
        'us-ascii',
        'ascii ansi_x3.4-1968 ansi_x3.4-1986 iso646-us iso_646.irv:1991 us iso-ir-6 646 7bit cp367',
      ],
      ['gb18030', 'text-decoder', 'gb18030', 'gb18030-2000 gb18030-2005 gb18030-2022 cp54936 windows-54936'],
      [
        'gbk',
        'text-decoder',
        'gb18030',
        'gb2312 gb_2312-80 gb_2312 gb2312-80 gb-2312 cp936 ms936 x-gbk windows-936 936 chinese csgb2312 csiso58gb231280 iso-ir-58 euc-cn euccn x-euc-cn cn-gb gb',
      ],
      [
        'big5',
        'iconv',
        'big5-hkscs',
        'big5-hkscs cn-big5 x-x-big5 csbig5 cp950 ms950 windows-950 950 big5hkscs big5-eten',
      ],
      [
        'euc-kr',
        'iconv',
        'cp949',
        'cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 ks_c_5601 windows-949 cp949 ms949 uhc x-windows-949 949 euckr',
      ],
      ['iso-2022-kr', 'iso-2022-kr', 'iso-2022-kr', 'csiso2022kr'],
      ['hz-gb-2312', 'hz', 'hz-gb-2312', 'hz hzgb2312'],
      ['utf-7', 'iconv', 'utf-7', 'utf7 unicode-1-1-utf-7 csunicode11utf7 x-unicode-2-0-utf-7'],
      ['utf-32', 'iconv', 'utf-32', 'utf32 ucs-4 iso-10646-ucs-4'],
      ['utf-32le', 'iconv', 'utf-32le', ''],
      ['utf-32be', 'iconv', 'utf-32be', ''],
      [
        'utf-8',
        'text-decoder',
        'utf-8',
        'utf8 utf-8n utf_8 unicode-1-1-utf-8 utf-8mb4 utf8mb4 x-utf-8 cp65001 65001',
      ],
      ['utf-16', 'text-decoder', 'utf-16', 'utf16 unicode'],
      ['shift_jis', 'text-decoder', 'shift_jis', 'cp932 ms932 windows-932 x-ms-cp932 shift-jis sjis x-sjis'],
      [
        'iso-2022-jp',
        'text-decoder',
        'iso-2022-jp',
        'csiso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-ms jis cp50220 cp50221 cp50222',
      ],
      ['euc-jp', 'text-decoder', 'euc-jp', 'eucjp cp51932 eucjp-ms'],
      [
        'iso-8859-1',
        'text-decoder',
        'iso-8859-1',
        'latin-1 iso8859_1 iso_8859_1 iso-8859_1 iso-8859-1-windows-3.1-latin-1 cp819 8859-1 ansi',
      ],
      ['windows-1252', 'text-decoder', 'windows-1252', 'win-1252 cp-1252 1252'],
      ['windows-1251', 'text-decoder', 'windows-1251', 'win-1251 cp-1251 1251'],
      ['windows-1250', 'text-decoder', 'windows-1250', 'win-1250 cp-1250 1250'],
      ['macintosh', 'text-decoder', 'macintosh', 'macroman mac-roman'],
      ['cp437', 'iconv', 'cp437', 'ibm437 437'],
      ['cp850', 'iconv', 'cp850', 'ibm850 850'],
      ['cp852', 'iconv', 'cp852', 'ibm852'],
      ['cp855', 'iconv', 'cp855', 'ibm855'],
      ['cp857', 'iconv', 'cp857', 'ibm857'],
      ['cp858', 'iconv', 'cp858', 'ibm858 ibm00858'],
      ['cp860', 'iconv', 'cp860', 'ibm860'],
      ['cp861', 'iconv', 'cp861', 'ibm861'],
      ['cp862', 'iconv', 'cp862', 'ibm862 dos-862'],
      ['cp863', 'iconv', 'cp863', 'ibm863'],
      ['cp864', 'iconv', 'cp864', 'ibm864'],
      ['cp865', 'iconv', 'cp865', 'ibm865'],
      ['cp869', 'iconv', 'cp869', 'ibm869'],
      ['koi8-t', 'iconv', 'koi8-t', ''],
      ['viscii', 'iconv', 'viscii', 'csviscii'],
      ['armscii-8', 'iconv', 'armscii8', 'armscii8'],
    ] as const
  ).flatMap(([name, engine, codec, aliases]) =>
    [name, ...aliases.split(' ')]
      .filter(label => label !== '')
      .map(label => [label, { name, engine, codec }] as const),
  ),
);

const MAX_LABEL = 64;

/** Labels as written and what they mean, so that the usual few are looked up once; bounded as labels come from outside. */
const seen = new Map<string, Charset | null>();
const MAX_SEEN = 1_000;

/**
 * The charset a label of a message names, or null when nothing here can decode it.
 * Labels: WHATWG Encoding §4.2 plus those that mail programs use.
 */
export function findCharset(label: string): Charset | null {
  if (label.length > MAX_LABEL) return null;
  const before = seen.get(label);
  if (before !== undefined) return before;
  const charset = lookUp(label);
  if (seen.size < MAX_SEEN) seen.set(label, charset);
  return charset;
}

function lookUp(label: string): Charset | null {
  const key = label.trim().toLowerCase().replaceAll('"', '').replaceAll("'", '');
  const known = MAIL_LABELS.get(key) ?? MAIL_LABELS.get(key.replaceAll('_', '-'));
  if (known !== undefined) return known;
  try {
    const name = new TextDecoder(key).encoding;
    return MAIL_LABELS.get(name) ?? { name, engine: 'text-decoder', codec: name };
  } catch {
    return null;
  }
}
