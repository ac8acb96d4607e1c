import { useEffect, useState } from 'react';

export interface ConsoleRoute {
  readonly page: string;
  readonly rest: string;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Reads `#/members/12`: the page, and what is open on it. */
export function parseConsoleRoute(hash: string): ConsoleRoute {
  const [page = '', ...rest] = hash.replace(/^#\/?/, '').split('/').map(decode);
  return { page, rest: rest.join('/') };
}

export function formatConsoleRoute({ page, rest }: ConsoleRoute): string {
  return `#/${[page, ...rest.split('/')].filter(Boolean).map(encodeURIComponent).join('/')}`;
}

/** Where the person is, and how to go elsewhere. */
export function useConsoleRoute(): readonly [ConsoleRoute, (route: ConsoleRoute) => void] {
  const [route, setRoute] = useState(() => parseConsoleRoute(location.hash));
  useEffect(() => {
    const follow = (): void => setRoute(parseConsoleRoute(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return [
    route,
    next => {
      location.hash = formatConsoleRoute(next);
    },
  ];
}
