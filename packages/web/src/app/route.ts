/** Where the person is: a folder, the stars or a search, and perhaps an open mail. */
export interface Route {
  /** `folder` names a mailbox id or a role; `starred`; `search` holds what was typed. */
  readonly place:
    | { readonly kind: 'folder'; readonly folder: string }
    | { readonly kind: 'starred' }
    | { readonly kind: 'search'; readonly text: string };
  readonly mailId: string | null;
}

/** Reads `#/f/inbox/M12`, `#/starred`, `#/search/船期/M12`. Anything else is the inbox. */
export function parseRoute(hash: string): Route {
  const [, kind, ...rest] = hash
    .replace(/^#/, '')
    .split('/')
    .map(part => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  if (kind === 'starred') return { place: { kind: 'starred' }, mailId: rest[0] ?? null };
  if (kind === 'search' && rest[0])
    return { place: { kind: 'search', text: rest[0] }, mailId: rest[1] ?? null };
  if (kind === 'f' && rest[0]) return { place: { kind: 'folder', folder: rest[0] }, mailId: rest[1] ?? null };
  return { place: { kind: 'folder', folder: 'inbox' }, mailId: null };
}

export function formatRoute(route: Route): string {
  const parts =
    route.place.kind === 'folder'
      ? ['f', route.place.folder]
      : route.place.kind === 'starred'
        ? ['starred']
        : ['search', route.place.text];
  if (route.mailId) parts.push(route.mailId);
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}
