import { useEffect, useState } from 'react';

export type Theme = 'auto' | 'light' | 'dark';
const storageKey = 'hongyan.theme';

function stored(): Theme {
  const value = localStorage.getItem(storageKey);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

/** The chosen theme, what it comes to now, and how to choose. Marks the document for the style sheets. */
export function useTheme(): { theme: Theme; dark: boolean; choose: (theme: Theme) => void } {
  const [theme, setTheme] = useState<Theme>(stored);
  const [systemDark, setSystemDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const listener = (): void => setSystemDark(query.matches);
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  }, []);
  const dark = theme === 'auto' ? systemDark : theme === 'dark';
  useEffect(() => {
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }, [dark]);
  return {
    theme,
    dark,
    choose: next => {
      localStorage.setItem(storageKey, next);
      setTheme(next);
    },
  };
}
