import type { StoredPart } from '@hongyan/formats/message/part.ts';

/** Names that are looked at. */
const mostNames = 500;

/** The names of a message's parts, each between line feeds. */
export function attachmentNames(root: StoredPart): string {
  const names: string[] = [];
  const visit = (part: StoredPart): void => {
    if (names.length >= mostNames) return;
    if (part.fileName) names.push(part.fileName.replaceAll('\n', ' '));
    for (const child of part.children) visit(child);
  };
  visit(root);
  return names.length === 0 ? '' : `\n${names.join('\n')}\n`;
}
