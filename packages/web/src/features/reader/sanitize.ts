import DOMPurify from 'dompurify';

/** A mail's HTML made safe to put into the message frame. */
export interface SafeHtml {
  /** Children for the frame's body; `<style>` elements come first. */
  readonly nodes: DocumentFragment;
  /** Remote pictures that were not loaded. */
  readonly blocked: number;
  /** Whether the mail sets colours or backgrounds of its own: then it is shown on white, also in the dark theme. */
  readonly coloured: boolean;
}

/** Attributes that make a browser fetch something. They are renamed before the nodes reach a live document. */
const fetching = 'src srcset background poster data lowsrc dynsrc longdesc usemap ping xlink:href'.split(' ');
const forbiddenTags = (
  'script object embed applet iframe frame frameset base meta link noscript template form input button select option ' +
  'textarea datalist output svg math audio video source track canvas dialog slot portal map area'
).split(' ');

/** Takes whatever could fetch or cover the page out of CSS. Returns the text and how many addresses were taken out. */
export function cleanCss(css: string): { text: string; removed: number } {
  let removed = 0;
  // Escapes hide words from the filter below: write them out first.
  const plain = css
    .replaceAll(/\\([0-9a-f]{1,6})\s?/gi, (_, hex: string) => {
      const code = Number.parseInt(hex, 16);
      return code > 0x1f && code < 0x110000 ? String.fromCodePoint(code) : '';
    })
    .replaceAll('\\', '')
    .replaceAll(/\/\*[^]*?(?:\*\/|$)/g, '');
  const text = plain
    .replaceAll(/@(?:import|charset|namespace|font-face)[^;{}]*(?:;|\{[^}]*\}|$)/gi, '')
    .replaceAll(
      /(?:-[a-z]+-)?(?:url|image|image-set|element|cross-fade|src|var|attr|expression)\s*\([^)]*(?:\)|$)/gi,
      () => {
        removed += 1;
        return 'none';
      },
    )
    .replaceAll(/position\s*:\s*(?:fixed|sticky)/gi, 'position:static')
    .replaceAll(/(?:behavior|-moz-binding)\s*:[^;}]*/gi, '');
  return { text, removed };
}

function isRemote(address: string): boolean {
  return /^(?:https?:)?\/\//i.test(address.trim());
}

function cleanLink(link: Element): void {
  const href = link.getAttribute('href') ?? '';
  if (!/^(?:https?:|mailto:|tel:|#)/i.test(href)) {
    link.removeAttribute('href');
    return;
  }
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noreferrer noopener');
  if (/^https?:/i.test(href) && !link.getAttribute('title')) link.setAttribute('title', href.slice(0, 300));
}

/** The host a link's text names, when the text looks like an address. */
function namedHost(text: string): string | null {
  const match = /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,})(?:[/?#:]\S*)?\s*$/iu.exec(text);
  return match?.[1]?.toLowerCase() ?? null;
}

/** Where a link leads when that is another site than its text says (look-alike and mismatching links), else null. */
export function misleadingHost(text: string, href: string): string | null {
  const named = namedHost(text);
  if (!named || !/^https?:/i.test(href)) return null;
  try {
    const real = new URL(href).hostname.toLowerCase();
    const bare = (host: string): string => host.replace(/^www\./, '');
    const expected = new URL(`http://${named}`).hostname;
    return bare(real) === bare(expected) || real.endsWith(`.${bare(expected)}`) ? null : real;
  } catch {
    return null;
  }
}

function markMisleading(link: Element, describe: (host: string) => string): void {
  const host = misleadingHost(link.textContent ?? '', link.getAttribute('href') ?? '');
  if (!host) return;
  const note = link.ownerDocument.createElement('span');
  note.setAttribute('style', 'color:#b3261e;font-size:12px');
  note.textContent = ` [${describe(host)}]`;
  link.after(note);
}

interface Found {
  blocked: number;
  coloured: boolean;
}

/** Renames what would load, filters inline style, and notes what was found. Runs on nodes of an inert document. */
function disarm(element: Element, found: Found): void {
  for (const name of fetching) {
    const value = element.getAttribute(name);
    if (value === null) continue;
    element.removeAttribute(name);
    if (name === 'src' && element.localName === 'img') {
      if (/^cid:/i.test(value)) element.setAttribute('data-cid', value.slice(4));
      else if (/^data:image\/(?:png|gif|jpe?g|webp|bmp);/i.test(value)) element.setAttribute('src', value);
      else if (isRemote(value)) {
        element.setAttribute('data-remote', value);
        found.blocked += 1;
      }
    } else if (isRemote(value)) found.blocked += 1;
  }
  const style = element.getAttribute('style');
  if (style !== null) {
    const { text, removed } = cleanCss(style);
    element.setAttribute('style', text);
    found.blocked += removed;
    if (/(?:^|[;\s])(?:background|color)/i.test(text)) found.coloured = true;
  }
  if (element.hasAttribute('bgcolor') || element.hasAttribute('color')) found.coloured = true;
  if (element.localName === 'a') cleanLink(element);
}

/**
 * Makes a mail's HTML safe: nothing in the result runs, nothing loads, nothing leaves the frame. DOMPurify parses in an
 * inert document and drops scripts and handlers; what could fetch is renamed there, before the nodes become live. The
 * frame's sandbox and its own content security policy are the second and third fence.
 */
export function sanitizeHtml(html: string, describeLink: (host: string) => string): SafeHtml {
  const found: Found = { blocked: 0, coloured: false };
  const root: HTMLElement = DOMPurify.sanitize(html, {
    WHOLE_DOCUMENT: true,
    RETURN_DOM: true,
    FORBID_TAGS: forbiddenTags,
    FORBID_ATTR: 'id name autofocus tabindex contenteditable accesskey formaction action is slot'.split(' '),
    ADD_TAGS: ['style'],
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|cid|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  }) as HTMLElement;
  const inert = root.ownerDocument;
  for (const element of root.querySelectorAll('*')) disarm(element, found);
  for (const link of root.querySelectorAll('a[href]')) markMisleading(link, describeLink);
  const nodes = inert.createDocumentFragment();
  for (const style of root.querySelectorAll('style')) {
    const { text, removed } = cleanCss(style.textContent ?? '');
    found.blocked += removed;
    if (/(?:background|color)\s*:/i.test(text)) found.coloured = true;
    style.textContent = text.replaceAll('<', '');
    nodes.append(style);
  }
  const body = root.querySelector('body') ?? root;
  if (body.hasAttribute('bgcolor') || body.hasAttribute('text')) found.coloured = true;
  nodes.append(...body.childNodes);
  return { nodes, blocked: found.blocked, coloured: found.coloured };
}
