import { SaxesParser } from 'saxes';

/** An element of an answer without attributes: its name, text and children. */
export interface XmlElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

/** Deepest nesting that is taken; answers of S3 have four levels. */
const mostDepth = 16;

/** Reads the XML of an answer; null when it is none. Entities that would have to be declared are refused by the parser. */
export function readXml(bytes: Uint8Array): XmlElement | null {
  const parser = new SaxesParser();
  const open: XmlElement[] = [];
  let root: XmlElement | null = null;
  parser.on('opentag', tag => {
    const element: XmlElement = { name: tag.name, text: '', children: [] };
    if (open.length >= mostDepth) throw new Error('nested too deeply');
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', text => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.on('error', error => {
    throw error;
  });
  try {
    parser.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')).close();
  } catch {
    return null;
  }
  return root;
}

/** Text of the first child of that name. */
export function childText(element: XmlElement, name: string): string | null {
  return element.children.find(child => child.name === name)?.text ?? null;
}

/** Children of that name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(child => child.name === name);
}
