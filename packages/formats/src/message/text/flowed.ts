/** Lines of a format=flowed text longer than this are no longer joined. */
const MAX_PARAGRAPH = 100_000;

/**
 * Joins the lines of format=flowed text (RFC 3676 §4). Lines in the result end in LF; quoted paragraphs keep their `>`
 * marks followed by one space.
 * @param delSp remove the space that marks a soft line break (RFC 3676 §4.2), as Chinese and Japanese text needs it
 */
export function unflow(text: string, delSp: boolean): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let size = 0;
  let openDepth = -1;
  const close = (): void => {
    if (openDepth < 0) return;
    out.push((openDepth === 0 ? '' : `${'>'.repeat(openDepth)} `) + paragraph.join(''));
    paragraph = [];
    size = 0;
    openDepth = -1;
  };
  for (const raw of text.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    let depth = 0;
    while (line[depth] === '>') depth++;
    // One space after the quote marks, or at the start, is stuffing.
    const content = line.slice(line[depth] === ' ' ? depth + 1 : depth);
    const isSignature = content === '-- ';
    const flows = content.endsWith(' ') && !isSignature;
    if (openDepth !== depth || isSignature || size > MAX_PARAGRAPH) close();
    paragraph.push(flows && delSp ? content.slice(0, -1) : content);
    size += content.length;
    openDepth = depth;
    if (!flows) close();
  }
  close();
  return out.join('\n');
}
