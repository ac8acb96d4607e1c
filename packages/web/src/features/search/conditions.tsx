import type { ReactElement } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { searchToken } from '../../jmap/query.ts';
import { useTexts } from '../../lib/language.ts';
import { mailboxName } from '../folders/mailboxes.ts';

const days = [7, 30, 90, 365] as const;
const megabytes = [1, 5, 10, 20] as const;
const dayMs = 86_400_000;

interface ConditionsProps {
  readonly app: MailApp;
  /** Adds a condition; one that ends with a colon waits for its value. */
  readonly onAdd: (condition: string) => void;
}

/** 高级: every condition there is, each one press; they are words in the field, so that they can be learned. */
export function Conditions({ app, onAdd }: ConditionsProps): ReactElement {
  const texts = useTexts();
  const words = texts.search;
  const { store } = app;
  const chip = (label: string, condition: string): ReactElement => (
    <button key={condition} type="button" className="search-chip" onClick={() => onAdd(condition)}>
      {label}
    </button>
  );
  const choice = (
    label: string,
    choices: readonly (readonly [name: string, condition: string])[],
  ): ReactElement => (
    <select
      className="search-chip"
      aria-label={label}
      value=""
      onChange={event => {
        if (event.target.value) onAdd(event.target.value);
      }}
    >
      <option value="">{label}</option>
      {choices.map(([name, condition]) => (
        <option key={condition} value={condition}>
          {name}
        </option>
      ))}
    </select>
  );
  const since = (count: number): string => {
    const date = new Date(Date.now() - count * dayMs);
    const two = (value: number): string => `${value}`.padStart(2, '0');
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  };
  const labels = store.personal.sortedLabels;
  return (
    <div className="search-conditions" role="group" aria-label={words.advanced}>
      <span className="meta">{words.insert}</span>
      {chip(words.from, 'from:')}
      {chip(words.to, 'to:')}
      {chip(words.subject, 'subject:')}
      {chip(words.body, 'body:')}
      {chip(words.attachment, 'has:attachment')}
      {chip(words.unread, 'is:unread')}
      {chip(words.starred, 'is:starred')}
      {labels.length > 0 &&
        choice(
          words.label,
          labels.map(({ name }) => [name, searchToken('label', name)] as const),
        )}
      {choice(words.folder, [
        ...[...store.mailboxes.values()].map(
          mailbox => [mailboxName(mailbox, texts), searchToken('in', mailbox.role ?? mailbox.name)] as const,
        ),
        [words.anywhere, 'in:anywhere'],
      ])}
      {choice(words.date, [
        ...days.map(count => [words.lastDays(count), `after:${since(count)}`] as const),
        [`${words.after} …`, 'after:'],
        [`${words.before} …`, 'before:'],
      ])}
      {choice(
        words.size,
        megabytes.map(count => [words.larger(count), `larger:${count}MB`] as const),
      )}
    </div>
  );
}
