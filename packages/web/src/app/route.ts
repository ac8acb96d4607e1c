/** What a list shows: a mailbox (by id or role), the stars, to-do mail, done mail, a label, or a search. */
export type Place =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'starred' | 'todo' | 'done' }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'search'; readonly text: string };

/** A page that stands in place of list and reader. */
export interface Page {
  readonly name: 'home' | 'contacts' | 'settings' | 'restore' | 'cleanup' | 'scheduled';
  /** A part of the page; empty: its first. */
  readonly section: string;
}

/** Where the person is. */
export interface Route {
  readonly place: Place;
  readonly mailId: string | null;
  readonly page: Page | null;
}

const inbox: Place = { kind: 'folder', folder: 'inbox' };
const pages: readonly string[] = ['home', 'contacts', 'settings', 'restore', 'cleanup', 'scheduled'];

/** Takes the account off an address: `#/@a5/f/inbox` is the inbox of another one. */
export function splitAccount(hash: string): { readonly account: string | null; readonly rest: string } {
  const match = /^#?\/@([^/]+)(\/.*)?$/.exec(hash);
  if (!match?.[1]) return { account: null, rest: hash };
  try {
    return { account: decodeURIComponent(match[1]), rest: `#${match[2] ?? '/'}` };
  } catch {
    return { account: null, rest: '#/' };
  }
}

/** Reads `#/f/inbox/M12`, `#/starred`, `#/label/L3`, `#/search/船期/M12`, `#/settings/rules`. Anything else is the inbox. */
export function parseRoute(hash: string): Route {
  const [, kind = '', ...rest] = hash
    .replace(/^#/, '')
    .split('/')
    .map(part => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  if (pages.includes(kind)) {
    return { place: inbox, mailId: null, page: { name: kind as Page['name'], section: rest[0] ?? '' } };
  }
  if (kind === 'starred' || kind === 'todo' || kind === 'done') {
    return { place: { kind }, mailId: rest[0] ?? null, page: null };
  }
  const [name, mailId = null] = rest;
  if (name) {
    if (kind === 'search') return { place: { kind, text: name }, mailId, page: null };
    if (kind === 'label') return { place: { kind, label: name }, mailId, page: null };
    if (kind === 'f') return { place: { kind: 'folder', folder: name }, mailId, page: null };
  }
  return { place: inbox, mailId: null, page: null };
}

function placeParts(place: Place): readonly string[] {
  switch (place.kind) {
    case 'folder':
      return ['f', place.folder];
    case 'label':
      return ['label', place.label];
    case 'search':
      return ['search', place.text];
    default:
      return [place.kind];
  }
}

export function formatRoute({ place, mailId, page }: Route): string {
  const parts = page ? [page.name, page.section].filter(Boolean) : [...placeParts(place), mailId ?? ''];
  return `#/${parts
    .filter(part => part !== '')
    .map(encodeURIComponent)
    .join('/')}`;
}
