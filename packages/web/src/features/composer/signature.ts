import type { Signature } from '../../jmap/personal.ts';
import { parseInert } from '../../lib/inert-html.ts';

/** Marks the signature inside a text. An id, as the editor keeps nothing else of a block's attributes. */
export const signatureId = 'hy-signature';

function words(text: string): string {
  return text.replaceAll(/\s+/g, '');
}

/**
 * The text with another signature, or none, in place of the one it had (CMP-08). What somebody has written into the old
 * one is kept: only a block that still says what one of `known` says is taken away, any other loses its mark alone.
 */
export function withSignature(
  html: string,
  signature: Signature | null,
  known: readonly Signature[],
): string {
  const { body } = parseInert(html);
  const texts = new Set(known.map(({ htmlBody }) => words(parseInert(htmlBody).body.textContent ?? '')));
  for (const old of body.querySelectorAll(`[id="${signatureId}"]`)) {
    if (texts.has(words(old.textContent ?? ''))) old.remove();
    else old.replaceWith(...old.childNodes);
  }
  if (!signature) return body.innerHTML;
  const holder = parseInert(signature.htmlBody).body;
  // A signature made from a mail may hold another one's mark.
  for (const inner of holder.querySelectorAll(`[id="${signatureId}"]`)) inner.removeAttribute('id');
  return `${body.innerHTML}<div id="${signatureId}">${holder.innerHTML}</div>`;
}
