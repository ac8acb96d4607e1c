/** One step of a transcript. `line` is its line number, for messages. */
export type Step = { readonly session: string; readonly line: number } & (
  | { readonly kind: 'send'; readonly text: string; readonly literals: readonly string[] }
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'expect'; readonly pattern: string; readonly regex: boolean; readonly skip: boolean }
  | { readonly kind: 'hung-up' }
  | { readonly kind: 'close' }
  | { readonly kind: 'tls' }
  | { readonly kind: 'hook'; readonly name: string; readonly argument: string }
);

const marker = /^(C:|C=|C\||C\/|S:|S~|S>|S\.|TLS|CLOSE|!)(?:\(([\w-]+)\))?(?: (.*))?$/;

/** Reads the text of a transcript (see `runTranscript`). Throws on a line it does not know. */
export function parseTranscript(text: string): Step[] {
  const steps: Step[] = [];
  let blocks: string[][] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const entry = raw.trimStart();
    if (entry.trim() === '' || entry.startsWith('#')) continue;
    const match = marker.exec(entry);
    if (match === null) throw new Error(`transcript line ${index + 1}: not understood: ${raw}`);
    const [, kind = '', session = 'main', rest = ''] = match;
    const where = { session, line: index + 1 };
    if (kind === 'C|') blocks.at(-1)?.push(rest);
    else if (kind === 'C/') blocks.push([]);
    else {
      blocks = [[]];
      steps.push(step(kind, rest, where, blocks));
    }
  }
  return steps;
}

function step(
  kind: string,
  rest: string,
  where: { session: string; line: number },
  blocks: string[][],
): Step {
  switch (kind) {
    case 'C:':
      return {
        ...where,
        kind: 'send',
        text: rest,
        get literals() {
          return blocks.map(lines => lines.join('\r\n'));
        },
      };
    case 'C=':
      return { ...where, kind: 'raw', text: unescape(rest) };
    case 'S:':
    case 'S~':
    case 'S>':
      return { ...where, kind: 'expect', pattern: rest, regex: kind === 'S~', skip: kind === 'S>' };
    case 'S.':
      return { ...where, kind: 'hung-up' };
    case 'TLS':
      return { ...where, kind: 'tls' };
    case 'CLOSE':
      return { ...where, kind: 'close' };
    default: {
      const [name = '', ...words] = rest.split(' ');
      return { ...where, kind: 'hook', name, argument: words.join(' ') };
    }
  }
}

function unescape(text: string): string {
  return text.replace(/\\(r|n|t|0|\\|x[\da-fA-F]{2})/g, (_, code: string) => {
    if (code.startsWith('x')) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' }[code] ?? code;
  });
}
