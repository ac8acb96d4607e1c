import { SaxesParser } from 'saxes';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or attribute; characters that XML 1.0 has not are left out. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"']/g, character => escapes[character] ?? '');
}

/** Elements within each other, and text kept of each. */
const limits = { depth: 16, text: 2_000 };

/**
 * The text of the first element of each wanted local name; null for what is no well-formed XML. A document type is
 * refused, so that there are no entities but the five built in.
 */
export function readElements(xml: string, wanted: readonly string[]): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>();
  const open: string[] = [];
  let text = '';
  const parser = new SaxesParser();
  const refuse = (): never => {
    throw new Error('refused');
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name }) => {
    open.push(name.slice(name.indexOf(':') + 1));
    text = '';
    if (open.length > limits.depth) refuse();
  });
  parser.on('text', piece => {
    if (text.length < limits.text) text += piece;
  });
  parser.on('closetag', () => {
    const name = open.pop() ?? '';
    if (wanted.includes(name) && !found.has(name)) found.set(name, text.slice(0, limits.text).trim());
    text = '';
  });
  try {
    parser.write(xml).close();
    return found;
  } catch {
    return null;
  }
}
