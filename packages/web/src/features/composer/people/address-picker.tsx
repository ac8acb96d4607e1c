import { type ReactElement, useEffect, useMemo, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import { useObserved } from '../../../jmap/observable.ts';
import type { Address } from '../../../jmap/types.ts';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { type AddressBook, addressOf, type Card, nameOf, valuesOf } from '../../contacts/card.ts';
import { ContactsStore } from '../../contacts/contacts-store.ts';
import { groupMembers } from '../checks/checks.ts';
import type { RecipientField } from '../composer-lines.tsx';
import type { DraftContent } from '../draft.ts';

interface AddressPickerProps {
  readonly app: MailApp;
  readonly content: DraftContent;
  readonly onAdd: (field: RecipientField, people: readonly Address[]) => void;
  readonly onClose: () => void;
}

/** 从通讯录选人: the company's book, one's own, outside contacts and groups; into to, cc or bcc (CMP-01). */
export function AddressPicker({ app, content, onAdd, onClose }: AddressPickerProps): ReactElement {
  const texts = useTexts();
  const words = texts.compose.picker;
  const contacts = useObserved(useMemo(() => new ContactsStore(app.store), [app]));
  // A choice of book, or of a group in it: `book` or `book/uid`.
  const [place, setPlace] = useState('');
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ReadonlyMap<string, Address>>(new Map());

  useEffect(() => {
    contacts.start().catch((error: unknown) => app.report(error));
  }, [contacts, app]);
  const books = contacts.books;
  const [wantedBook = '', groupUid = ''] = place.split('/');
  const bookId = wantedBook || (books.find(({ id }) => id === 'company') ?? books[0])?.id || '';
  useEffect(() => {
    if (!bookId) return undefined;
    const timer = setTimeout(
      () => {
        contacts
          .show({ bookId, groupUid: groupUid || null, text: text.trim() })
          .catch((error: unknown) => app.report(error));
      },
      text ? 120 : 0,
    );
    return () => clearTimeout(timer);
  }, [contacts, bookId, groupUid, text, app]);

  const bookName = (book: AddressBook): string => {
    const names = texts.pages.contacts;
    if (book.id === 'company') return names.company;
    if (book.id === 'outside') return names.outside;
    return book.isDefault ? names.personal : book.name;
  };
  const groupsOf = (book: AddressBook): readonly Card[] =>
    contacts.groups.filter(group => book.id in group.addressBookIds);
  const group = contacts.groups.find(({ uid }) => uid === groupUid);
  const taken = new Set(
    [...content.to, ...content.cc, ...content.bcc].map(({ email }) => email.toLowerCase()),
  );

  function toggle(address: Address): void {
    const next = new Map(chosen);
    if (!next.delete(address.email)) next.set(address.email, address);
    setChosen(next);
  }

  async function chooseGroup(one: Card): Promise<void> {
    const members = await groupMembers(app.store, one.id);
    if (members.length === 0) app.toasts.show({ text: words.emptyGroup, tone: 'error' });
    setChosen(before => new Map([...before, ...members.map(person => [person.email, person] as const)]));
  }

  function add(field: RecipientField): void {
    onAdd(field, [...chosen.values()]);
    setChosen(new Map());
  }

  return (
    <Dialog title={words.title} wide onClose={onClose}>
      <div className="picker">
        <div className="row picker-head">
          <select
            className="field"
            aria-label={words.book}
            value={place || bookId}
            onChange={event => setPlace(event.target.value)}
          >
            {books.map(book => (
              <optgroup key={book.id} label={bookName(book)}>
                <option value={book.id}>{bookName(book)}</option>
                {groupsOf(book).map(one => (
                  <option key={one.uid} value={`${book.id}/${one.uid}`}>
                    {`${words.groups}: ${nameOf(one)}`}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
          <input
            className="field grow"
            type="search"
            autoFocus
            aria-label={words.search}
            placeholder={words.search}
            value={text}
            onChange={event => setText(event.target.value)}
          />
          {group && (
            <button
              type="button"
              className="button"
              onClick={() => void chooseGroup(group).catch((error: unknown) => app.report(error))}
            >
              {nameOf(group)} +
            </button>
          )}
        </div>
        <ul className="picker-list" aria-label={words.title}>
          {contacts.total === 0 && <li className="meta">{words.none}</li>}
          {contacts.cards.map(card => {
            const address = addressOf(card);
            if (!address) return null;
            const there = taken.has(address.email.toLowerCase());
            return (
              <li key={card.id}>
                <label>
                  <input
                    type="checkbox"
                    checked={there || chosen.has(address.email)}
                    disabled={there}
                    onChange={() => toggle(address)}
                  />
                  <span className="clip strong">{nameOf(card)}</span>
                  <span className="clip meta grow">{address.email}</span>
                  <span className="clip meta department">{valuesOf(card).department}</span>
                </label>
              </li>
            );
          })}
          {contacts.total !== null && contacts.cards.length > 0 && contacts.cards.length < contacts.total && (
            <li>
              <button
                type="button"
                className="link"
                onClick={() => void contacts.more().catch((error: unknown) => app.report(error))}
              >
                {words.more}
              </button>
            </li>
          )}
        </ul>
        <div className="dialog-actions">
          <span className="meta grow" role="status">
            {words.chosen(chosen.size)}
          </span>
          {(['to', 'cc', 'bcc'] as const).map(field => (
            <button
              key={field}
              type="button"
              className="button"
              disabled={chosen.size === 0}
              onClick={() => add(field)}
            >
              {words.add(texts.compose[field])}
            </button>
          ))}
          <button type="button" className="button primary" onClick={onClose}>
            {words.done}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
