import { lazy, type ReactElement, Suspense } from 'react';
import type { Address } from '../jmap/types.ts';
import type { MailApp } from './mail-app.ts';

// Each page is fetched when it is first opened.
const SettingsPage = lazy(async () => ({
  default: (await import('../features/settings/settings-page.tsx')).SettingsPage,
}));
const ContactsPage = lazy(async () => ({
  default: (await import('../features/contacts/contacts-page.tsx')).ContactsPage,
}));
const HomePage = lazy(async () => ({ default: (await import('../features/home/home-page.tsx')).HomePage }));
const CleanupPage = lazy(async () => ({
  default: (await import('../features/home/cleanup-page.tsx')).CleanupPage,
}));
const RestorePage = lazy(async () => ({
  default: (await import('../features/home/restore-page.tsx')).RestorePage,
}));
const ScheduledPage = lazy(async () => ({
  default: (await import('../features/composer/scheduled/scheduled-page.tsx')).ScheduledPage,
}));

interface PagesProps {
  readonly app: MailApp;
  readonly onWrite: (to: Address) => void;
}

function pageOf({ app, onWrite }: PagesProps): ReactElement | null {
  switch (app.route.page?.name) {
    case 'home':
      return <HomePage app={app} />;
    case 'contacts':
      return <ContactsPage app={app} onWrite={onWrite} />;
    case 'cleanup':
      return <CleanupPage app={app} />;
    case 'restore':
      return <RestorePage app={app} />;
    case 'scheduled':
      return <ScheduledPage app={app} />;
    case 'settings':
      return <SettingsPage app={app} />;
    default:
      return null;
  }
}

/** The page that stands in place of list and reader. */
export function Pages(props: PagesProps): ReactElement {
  return <Suspense fallback={<section className="settings" aria-busy="true" />}>{pageOf(props)}</Suspense>;
}
