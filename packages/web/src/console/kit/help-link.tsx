import { createContext, type ReactElement, useContext } from 'react';
import { useLanguage } from '../../lib/language.ts';
import { IconHelpCircle } from '../../ui/icons.ts';
import { useConsoleTexts } from '../texts.ts';

/** The page that is open: its name, and its help as `topic#part` (docs/admin/console). */
export const HelpContext = createContext<{ readonly label: string; readonly help: string } | null>(null);

/** Where the help on a page is served. */
export function helpAddress(help: string, language: 'zh' | 'en'): string {
  const [topic = '', part = ''] = help.split('#');
  return `/help/${language}/${topic}.html${part ? `#${part}` : ''}`;
}

/** Leads to the help on this page, in a window of its own: what one was doing stays. */
export function HelpLink(): ReactElement | null {
  const texts = useConsoleTexts();
  const language = useLanguage();
  const page = useContext(HelpContext);
  if (!page) return null;
  return (
    <a
      className="help-link"
      href={helpAddress(page.help, language)}
      target="_blank"
      rel="noreferrer"
      aria-label={texts.shell.helpFor(page.label)}
    >
      <IconHelpCircle className="icon" size={16} aria-hidden="true" />
      {texts.shell.help}
    </a>
  );
}
