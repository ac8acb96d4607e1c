const most = 8;

function keyOf(accountId: string): string {
  return `hongyan.search.${accountId}`;
}

/** The latest searches of this browser, newest first. */
export function recentSearches(accountId: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(keyOf(accountId)) ?? '[]');
    return Array.isArray(value) ? value.filter(text => typeof text === 'string').slice(0, most) : [];
  } catch {
    return [];
  }
}

export function rememberSearch(accountId: string, text: string): void {
  try {
    const others = recentSearches(accountId).filter(other => other !== text);
    localStorage.setItem(keyOf(accountId), JSON.stringify([text, ...others].slice(0, most)));
  } catch {
    // The browser keeps nothing: searches are then not remembered.
  }
}

/** Forgets them, when asked and at sign-out. */
export function forgetSearches(accountId: string): void {
  localStorage.removeItem(keyOf(accountId));
}
