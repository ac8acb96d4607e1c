import { type ReactElement, useEffect, useMemo, useState } from 'react';
import type { MailStore } from '../../../jmap/mail-store.ts';
import { displayName } from '../../../lib/addresses.ts';
import { fileSize } from '../../../lib/format.ts';
import { useLanguage, useTexts } from '../../../lib/language.ts';
import { IconAlertTriangle, IconCheck, IconClock, IconUsers } from '../../../ui/icons.ts';
import type { DraftContent } from '../draft.ts';
import { type Finding, findingsOf, type Known, lookUp, recipientsOf } from './checks.ts';

/** Recipients looked up; more would be a mailing. */
const mostLookedUp = 20;

/** What the checks say about the draft as it stands; recipients are looked up once each. */
export function useFindings(store: MailStore, content: DraftContent): readonly Finding[] {
  const [known, setKnown] = useState<ReadonlyMap<string, Known>>(new Map());
  const ownDomains = useMemo(
    () => new Set([...store.ownAddresses].map(email => email.slice(email.lastIndexOf('@') + 1))),
    [store, store.identities.length],
  );
  const people = recipientsOf(content)
    .map(({ email }) => email.toLowerCase())
    .filter(email => !ownDomains.has(email.slice(email.lastIndexOf('@') + 1)))
    .slice(0, mostLookedUp);
  const wanted = people.filter(email => !known.has(email)).join(' ');
  useEffect(() => {
    if (!wanted) return undefined;
    let over = false;
    for (const email of wanted.split(' '))
      lookUp(store, email).then(
        found => {
          if (!over) setKnown(before => new Map(before).set(email, found));
        },
        // Without an answer nothing is claimed.
        () => undefined,
      );
    return () => {
      over = true;
    };
  }, [store, wanted]);
  const limit = store.client.accountLimit(
    'urn:ietf:params:jmap:mail',
    'maxSizeAttachmentsPerEmail',
    50 * 1024 * 1024,
  );
  return useMemo(() => findingsOf(content, ownDomains, known, limit), [content, ownDomains, known, limit]);
}

/** Whether a finding asks to be looked at, where others only tell. */
export function warns({ kind }: Finding): boolean {
  return kind !== 'outside' && kind !== 'time';
}

/** What was found, one line each. */
export function FindingLines({ findings }: { readonly findings: readonly Finding[] }): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.compose.checks;

  function say(finding: Finding): string {
    const names = (people: readonly { readonly name: string | null; readonly email: string }[]): string =>
      `${people
        .slice(0, 3)
        .map(person => person.email)
        .join(language === 'zh' ? '、' : ', ')}${people.length > 3 ? ' …' : ''}`;
    switch (finding.kind) {
      case 'outside':
        return words.outside(finding.people.length, names(finding.people));
      case 'first':
        return words.first(names(finding.people));
      case 'forgotten':
        return words.forgotten;
      case 'placeholder':
        return words.placeholder(finding.text);
      case 'large':
        return words.large(fileSize(finding.size), fileSize(finding.limit));
      default: {
        const clock = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
          weekday: 'short',
        }).format(new Date(Date.now() + finding.minutesAhead * 60_000));
        return words.time(displayName(finding.person), clock);
      }
    }
  }

  return (
    <>
      {findings.map(finding => (
        <p
          key={`${finding.kind}${finding.kind === 'time' ? finding.person.email : ''}`}
          className={warns(finding) ? 'check warn' : 'check'}
        >
          {warns(finding) ? (
            <IconAlertTriangle className="icon" size={16} />
          ) : finding.kind === 'time' ? (
            <IconClock className="icon" size={16} />
          ) : (
            <IconUsers className="icon" size={16} />
          )}
          <span>{say(finding)}</span>
        </p>
      ))}
    </>
  );
}

/** 发送前检查: at the right on a desk (CMP). It warns and never stands in the way. */
export function ChecksPanel({ findings }: { readonly findings: readonly Finding[] }): ReactElement {
  const words = useTexts().compose.checks;
  return (
    <aside className="checks" aria-label={words.title}>
      <h2>{words.title}</h2>
      <div role="status">
        {findings.length === 0 ? (
          <p className="check good">
            <IconCheck className="icon" size={16} />
            <span>{words.good}</span>
          </p>
        ) : (
          <FindingLines findings={findings} />
        )}
      </div>
    </aside>
  );
}
