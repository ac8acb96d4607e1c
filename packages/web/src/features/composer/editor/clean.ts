import { sanitizeHtml } from '../../reader/sanitize.ts';
import { signatureId } from '../signature.ts';

/** Whether an address is a picture of this draft: a blob of ours, from this server. */
function isOwnBlob(address: string): boolean {
  return address.startsWith(`${location.origin}/jmap/`);
}

/** Whatever enters the editor, pasted or loaded, passes the same cleaning as received mail. */
export function cleanDocument(html: string): Document {
  // The cleaning takes ids: the signature's mark crosses it as a class.
  const { nodes } = sanitizeHtml(html.replaceAll(`id="${signatureId}"`, `class="${signatureId}"`), () => '');
  const target = document.implementation.createHTMLDocument('');
  target.body.append(target.importNode(nodes, true));
  for (const style of target.querySelectorAll('style')) style.remove();
  for (const mark of target.querySelectorAll(`.${signatureId}`)) mark.id = signatureId;
  for (const image of target.querySelectorAll('img[data-remote]')) {
    const address = image.getAttribute('data-remote') ?? '';
    if (!isOwnBlob(address)) continue;
    image.setAttribute('src', address);
    image.removeAttribute('data-remote');
  }
  return target;
}
