import { useEffect, useState } from 'react';
import { useConsole } from '../../../session.ts';

/** What the server says about an address that one thinks of giving. */
export interface Suggestion {
  readonly address: string;
  readonly state: 'free' | 'taken' | 'invalid';
  readonly suggestion: string | null;
}

/** Wait after a key before the server is asked, ms. */
const typingMs = 250;

/** Asks about an address, or for one made from the name while `local` is empty; null while nothing is known. */
export function useSuggestion(name: string, local: string, domain: string): Suggestion | null {
  const { api } = useConsole();
  const [answer, setAnswer] = useState<Suggestion | null>(null);
  useEffect(() => {
    setAnswer(null);
    if (name.trim() === '' && local === '') return undefined;
    let wanted = true;
    const timer = setTimeout(() => {
      api.get<Suggestion>('/address-suggestion', { name: name.trim(), local, domain }).then(
        found => {
          if (wanted) setAnswer(found);
        },
        // Adding tells what is wrong.
        () => undefined,
      );
    }, typingMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [api, name, local, domain]);
  return answer;
}
