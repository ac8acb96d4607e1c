import { type ReactElement, useEffect, useRef } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { useObserved } from '../../jmap/observable.ts';
import { useTexts } from '../../lib/language.ts';
import { IconArrowLeft } from '../../ui/icons.ts';
import { AccountSection } from './sections/account-section.tsx';
import { ClientsSection } from './sections/clients-section.tsx';
import { GeneralSection } from './sections/general-section.tsx';
import { LabelsSection } from './sections/labels-section.tsx';
import { ReceivingSection } from './sections/receiving-section.tsx';
import { WritingSection } from './sections/writing-section.tsx';
import '../../ui/secret.css';
import './settings-page.css';

export interface SectionProps {
  readonly app: MailApp;
}

/** The parts of the settings in their order; each saves by itself. */
const sections = [
  ['general', GeneralSection],
  ['writing', WritingSection],
  ['receiving', ReceivingSection],
  ['labels', LabelsSection],
  ['clients', ClientsSection],
  ['account', AccountSection],
] as const satisfies readonly (readonly [string, (props: SectionProps) => ReactElement | null])[];

/** 设置: what a member sets for themselves. */
export function SettingsPage({ app }: SectionProps): ReactElement {
  const texts = useTexts();
  useObserved(app.store);
  const [first] = sections;
  const wanted = app.route.page?.section ?? '';
  const [key, Section] = sections.find(([name]) => name === wanted) ?? first;
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    body.current?.scrollTo({ top: 0 });
  }, [key]);
  return (
    <section className="settings" aria-label={texts.settings.title}>
      <header className="settings-head">
        <button type="button" className="button plain" onClick={() => app.leavePage()}>
          <IconArrowLeft className="icon" size={18} />
          {texts.mail.back}
        </button>
        <h1>{texts.settings.title}</h1>
      </header>
      <div className="settings-panes">
        <nav className="settings-nav" aria-label={texts.settings.title}>
          {sections.map(([name]) => (
            <button
              key={name}
              type="button"
              className={name === key ? 'folder on' : 'folder'}
              aria-current={name === key ? 'page' : undefined}
              onClick={() => app.visit('settings', name)}
            >
              {texts.settings.groups[name]}
            </button>
          ))}
        </nav>
        <div className="settings-body" ref={body}>
          <Section app={app} />
        </div>
      </div>
    </section>
  );
}
