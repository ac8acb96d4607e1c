import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { phoneScreen, useMedia } from '../../app/use-media.ts';
import { useObserved } from '../../jmap/observable.ts';
import type { Address } from '../../jmap/types.ts';
import { useTexts } from '../../lib/language.ts';
import { IconArrowLeft, IconTag, IconUsers } from '../../ui/icons.ts';
import { FolderNameDialog } from '../folders/folder-name-dialog.tsx';
import { NavEntry } from '../folders/nav-entry.tsx';
import { BookActions } from './book-actions.tsx';
import { type AddressBook, addressOf, type Card, cardOf, emailsOf, nameOf, valuesOf } from './card.ts';
import { ContactDetail } from './contact-detail.tsx';
import { ContactDialog } from './contact-dialog.tsx';
import { ContactsStore } from './contacts-store.ts';
import './contacts.css';

interface ContactsPageProps {
  readonly app: MailApp;
  readonly onWrite: (to: Address) => void;
}

/** 通讯录: the company's book, one's own with groups, the company's outside contacts (CON-01 to CON-04). */
export function ContactsPage({ app, onWrite }: ContactsPageProps): ReactElement {
  const texts = useTexts();
  const words = texts.pages.contacts;
  const phone = useMedia(phoneScreen);
  const contacts = useObserved(useMemo(() => new ContactsStore(app.store), [app]));
  const [groupUid, setGroupUid] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [editing, setEditing] = useState<Card | 'new' | null>(null);
  const [naming, setNaming] = useState(false);
  const report = (error: unknown): void => app.report(error);

  useEffect(() => {
    contacts.start().catch((error: unknown) => app.report(error));
  }, [contacts, app]);
  const wanted = app.route.page?.section ?? '';
  const personal = contacts.books.find(({ isDefault }) => isDefault) ?? null;
  const book =
    contacts.books.find(({ id }) => id === wanted) ??
    contacts.books.find(({ id }) => id === 'company') ??
    personal;
  const bookId = book?.id ?? null;
  const latest = useRef(contacts);
  latest.current = contacts;
  useEffect(() => {
    if (!bookId) return undefined;
    const timer = setTimeout(
      () => {
        latest.current
          .show({ bookId, groupUid, text: text.trim() })
          .catch((error: unknown) => app.report(error));
      },
      text ? 120 : 0,
    );
    return () => clearTimeout(timer);
  }, [bookId, groupUid, text, app]);

  const bookName = (one: AddressBook): string =>
    one.id === 'company'
      ? words.company
      : one.id === 'outside'
        ? words.outside
        : one.isDefault
          ? words.personal
          : one.name;
  const inBook = (card: Card, id: string | null): boolean => id !== null && id in card.addressBookIds;
  const groups = contacts.groups.filter(group => inBook(group, bookId));
  const ownGroups = contacts.groups.filter(group => inBook(group, personal?.id ?? null));
  const card = contacts.cards.find(({ id }) => id === chosen) ?? null;
  const mayWrite = book?.myRights.mayWrite ?? false;

  function choose(id: string): void {
    setGroupUid(null);
    setChosen(null);
    setText('');
    app.visit('contacts', id);
  }

  function copy(source: Card): void {
    if (!personal) return;
    contacts
      .set({
        create: {
          new: {
            // A card has no empty properties when it is made.
            ...Object.fromEntries(
              Object.entries(cardOf(valuesOf(source))).filter(([, value]) => value !== null),
            ),
            kind: 'individual',
            addressBookIds: { [personal.id]: true },
          },
        },
      })
      .then(() => app.toasts.show({ text: words.copied(nameOf(source)), stayMs: 4000 }), report);
  }

  return (
    <section className="contacts" aria-label={words.title}>
      <nav className="contacts-nav" aria-label={words.title}>
        {contacts.books.map(one => (
          <NavEntry
            key={one.id}
            label={bookName(one)}
            icon={<IconUsers className="icon" size={18} />}
            current={one.id === bookId && !groupUid}
            onOpen={() => choose(one.id)}
          />
        ))}
        {(groups.length > 0 || mayWrite) && (
          <div className="folder-group">
            <span className="grow">{words.groups}</span>
            {mayWrite && (
              <button type="button" onClick={() => setNaming(true)}>
                {words.newGroup}
              </button>
            )}
          </div>
        )}
        {groups.map(group => (
          <NavEntry
            key={group.id}
            label={nameOf(group)}
            icon={<IconTag className="icon" size={18} />}
            current={group.uid === groupUid}
            count={Object.keys(group.members ?? {}).length}
            onOpen={() => {
              setChosen(null);
              setGroupUid(group.uid);
            }}
          />
        ))}
      </nav>
      {!(phone && card) && (
        <div className="contacts-list">
          <header className="list-head">
            <div className="row">
              <h1 className="clip">{book ? bookName(book) : words.title}</h1>
              <span className="meta grow">{contacts.total === null ? '' : words.count(contacts.total)}</span>
              <BookActions
                app={app}
                contacts={contacts}
                book={book}
                group={groups.find(({ uid }) => uid === groupUid) ?? null}
                onAdd={() => setEditing('new')}
                onGroupGone={() => setGroupUid(null)}
              />
            </div>
            <input
              className="field"
              type="search"
              aria-label={words.search}
              placeholder={words.search}
              value={text}
              onChange={event => setText(event.target.value)}
            />
          </header>
          <div className="contacts-scroll">
            {contacts.total === 0 && (
              <p className="contacts-empty">{text ? words.notFound(text) : words.empty}</p>
            )}
            <ul>
              {contacts.cards.map(one => (
                <li key={one.id}>
                  <button
                    type="button"
                    className={one.id === chosen ? 'contact on' : 'contact'}
                    aria-current={one.id === chosen}
                    onClick={() => setChosen(one.id)}
                    onDoubleClick={() => {
                      const address = addressOf(one);
                      if (address) onWrite(address);
                    }}
                  >
                    <span className="clip strong">{nameOf(one)}</span>
                    <span className="clip meta">{emailsOf(one)[0] ?? ''}</span>
                    <span className="clip meta department">{valuesOf(one).department}</span>
                  </button>
                </li>
              ))}
            </ul>
            {contacts.total !== null &&
              contacts.cards.length < contacts.total &&
              contacts.cards.length > 0 && (
                <button type="button" className="link" onClick={() => void contacts.more().catch(report)}>
                  {words.more}
                </button>
              )}
          </div>
        </div>
      )}
      <div className={phone && !card ? 'contacts-card gone' : 'contacts-card'}>
        {phone && card && (
          <button type="button" className="button plain" onClick={() => setChosen(null)}>
            <IconArrowLeft className="icon" size={18} />
            {texts.mail.back}
          </button>
        )}
        {card ? (
          <ContactDetail
            key={card.id}
            card={card}
            mayWrite={mayWrite}
            groups={ownGroups.map(group => ({ card: group, inside: card.uid in (group.members ?? {}) }))}
            onWrite={() => {
              const address = addressOf(card);
              if (address) onWrite(address);
            }}
            onEdit={() => setEditing(card)}
            onCopy={mayWrite || !personal ? null : () => copy(card)}
            onRemove={() => {
              setChosen(null);
              contacts.set({ destroy: [card.id] }).catch(report);
            }}
            onGroup={(group, inside) =>
              void contacts
                .set({ update: { [group.id]: { [`members/${card.uid}`]: inside ? true : null } } })
                .catch(report)
            }
          />
        ) : (
          <p className="contacts-empty">{words.choose}</p>
        )}
      </div>
      {editing && (
        <ContactDialog
          card={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onSave={values => {
            const change = cardOf(values);
            const work =
              editing === 'new'
                ? contacts.set({
                    create: {
                      new: {
                        ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null)),
                        kind: 'individual',
                        addressBookIds: { [mayWrite && book ? book.id : (personal?.id ?? '')]: true },
                      },
                    },
                  })
                : contacts.set({ update: { [editing.id]: change } });
            setEditing(null);
            work.then(id => id && setChosen(id), report);
          }}
        />
      )}
      {naming && book && (
        <FolderNameDialog
          title={words.newGroup}
          label={words.groupName}
          initial=""
          onClose={() => setNaming(false)}
          onSave={name => {
            setNaming(false);
            contacts
              .set({
                create: {
                  new: {
                    kind: 'group',
                    name: { full: name },
                    members: {},
                    addressBookIds: { [book.id]: true },
                  },
                },
              })
              .catch(report);
          }}
        />
      )}
    </section>
  );
}
