import { type ReactElement, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTexts } from '../../lib/language.ts';
import { type SafeHtml, sanitizeHtml } from './sanitize.ts';

interface MessageFrameProps {
  /** Whose body it is: mails follow each other in one frame. */
  readonly mailId: string;
  readonly kind: 'html' | 'text';
  readonly text: string;
  /** For screen readers. */
  readonly title: string;
  readonly dark: boolean;
  readonly showRemote: boolean;
  /** Address of the picture with a Content-ID, or null. */
  readonly cidUrl: (cid: string) => string | null;
  readonly proxyUrl: (address: string) => string;
  readonly onBlocked: (count: number) => void;
  /** Keys pressed inside the frame, for the app's shortcuts. */
  readonly onKey: (event: KeyboardEvent) => void;
}

const linkPattern = /https?:\/\/[^\s<>"'，。；、）】》]+[^\s<>"'，。；、）】》.,;:!?)\]]/g;

/** Plain text with its web addresses made into links. */
function plainNodes(document: Document, text: string): DocumentFragment {
  const nodes = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(linkPattern)) {
    nodes.append(text.slice(at, match.index));
    const link = document.createElement('a');
    link.href = match[0];
    link.target = '_blank';
    link.rel = 'noreferrer noopener';
    link.textContent = match[0];
    nodes.append(link);
    at = match.index + match[0].length;
  }
  nodes.append(text.slice(at));
  return nodes;
}

/** Gives pictures their addresses: attached ones at once, remote ones through the server's proxy when allowed. */
function loadPictures(
  body: HTMLElement,
  props: Pick<MessageFrameProps, 'showRemote' | 'cidUrl' | 'proxyUrl'>,
): void {
  for (const image of body.querySelectorAll<HTMLImageElement>('img[data-cid]')) {
    const url = props.cidUrl(image.dataset['cid'] ?? '');
    if (url && image.getAttribute('src') !== url) image.src = url;
  }
  for (const image of body.querySelectorAll<HTMLImageElement>('img[data-remote]')) {
    if (props.showRemote) {
      image.removeAttribute('data-blocked');
      image.src = props.proxyUrl(image.dataset['remote'] ?? '');
    } else image.setAttribute('data-blocked', '');
  }
}

/** A mail's body in a frame that runs no scripts and has a content security policy of its own. */
export function MessageFrame(props: MessageFrameProps): ReactElement {
  const { mailId, kind, text, dark, title, onBlocked } = props;
  const texts = useTexts();
  const frame = useRef<HTMLIFrameElement>(null);
  const latest = useRef(props);
  latest.current = props;
  // A frame that is moved in the document loads anew, empty: count the loads and fill it each time.
  const [loads, setLoads] = useState(0);
  const [height, setHeight] = useState(60);
  const safe = useMemo<SafeHtml | null>(
    () => (kind === 'html' ? sanitizeHtml(text, texts.mail.linkLeads) : null),
    [kind, text, texts],
  );
  const onWhite = dark && (safe?.coloured ?? false);

  useEffect(() => onBlocked(safe?.blocked ?? 0), [mailId, safe, onBlocked]);

  // Before anything is painted: another mail's text must not stand below this one's sender.
  useLayoutEffect(() => {
    const document = frame.current?.contentDocument;
    if (loads === 0 || !document) return undefined;
    const { body } = document;
    body.className = safe ? '' : 'plain';
    body.replaceChildren(document.importNode(safe ? safe.nodes : plainNodes(document, text), true));
    document.documentElement.toggleAttribute('data-plain-dark', dark && !onWhite);
    loadPictures(body, latest.current);
    const measure = (): void =>
      setHeight(Math.max(24, Math.ceil(document.documentElement.getBoundingClientRect().height)));
    const observer = new ResizeObserver(measure);
    observer.observe(body);
    measure();
    const key = (event: KeyboardEvent): void => latest.current.onKey(event);
    document.addEventListener('keydown', key);
    return () => {
      observer.disconnect();
      document.removeEventListener('keydown', key);
    };
  }, [mailId, loads, safe, text, dark, onWhite]);

  useEffect(() => {
    const body = frame.current?.contentDocument?.body;
    if (loads > 0 && body) loadPictures(body, latest.current);
  }, [loads, props.showRemote, safe]);

  return (
    <iframe
      ref={frame}
      className={onWhite ? 'message-frame white' : 'message-frame'}
      title={title}
      src="/message-frame.html"
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      style={{ height }}
      onLoad={() => setLoads(count => count + 1)}
    />
  );
}
