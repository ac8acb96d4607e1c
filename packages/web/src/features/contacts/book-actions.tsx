import { type ReactElement, useRef, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { useTexts } from '../../lib/language.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { IconChevronDown } from '../../ui/icons.ts';
import { Menu } from '../../ui/menu.tsx';
import { type AddressBook, type Card, nameOf } from './card.ts';
import type { ContactsStore } from './contacts-store.ts';

interface BookActionsProps {
  readonly app: MailApp;
  readonly contacts: ContactsStore;
  readonly book: AddressBook | null;
  readonly group: Card | null;
  readonly onAdd: () => void;
  readonly onGroupGone: () => void;
}

/** What can be done with a book of one's own: add, import, export, and delete the group on screen. */
export function BookActions(props: BookActionsProps): ReactElement | null {
  const { app, contacts, book, group } = props;
  const texts = useTexts();
  const words = texts.pages.contacts;
  const picker = useRef<HTMLInputElement>(null);
  const [asking, setAsking] = useState(false);
  const { client } = app.store;
  if (!book?.myRights.mayWrite) return null;

  async function take(file: File): Promise<void> {
    const { blobId } = await client.upload(file, () => undefined, new AbortController().signal);
    const done = await client.one<{ created: string[]; skipped: number; invalid: number }>(
      'ContactCard/import',
      { blobId, addressBookId: book?.id },
    );
    await contacts.refresh();
    app.toasts.show({ text: words.imported(done.created.length, done.skipped, done.invalid) });
  }

  async function give(): Promise<void> {
    const made = await client.one<{ blobId: string; type: string }>('ContactCard/export', {
      ids: null,
      addressBookId: book?.id,
      version: '4.0',
    });
    const link = document.createElement('a');
    link.href = client.downloadUrl(made.blobId, 'contacts.vcf', made.type);
    link.download = 'contacts.vcf';
    link.click();
  }

  return (
    <>
      <button type="button" className="button small" onClick={props.onAdd}>
        {words.add}
      </button>
      <Menu
        className="button plain small"
        align="end"
        label={
          <>
            {texts.mail.more}
            <IconChevronDown className="icon" size={16} />
          </>
        }
        items={[
          { key: 'import', label: words.import, run: () => picker.current?.click() },
          {
            key: 'export',
            label: words.export,
            run: () => void give().catch((error: unknown) => app.report(error)),
          },
          ...(group
            ? [
                'line' as const,
                { key: 'group', label: words.removeGroup, danger: true, run: () => setAsking(true) },
              ]
            : []),
        ]}
      />
      <input
        ref={picker}
        type="file"
        accept=".vcf,text/vcard"
        hidden
        aria-label={words.import}
        onChange={event => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file) void take(file).catch((error: unknown) => app.report(error));
        }}
      />
      {asking && group && (
        <Confirm
          question={words.removeGroupConfirm(nameOf(group))}
          verb={words.removeGroup}
          cancel={texts.settings.cancel}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            props.onGroupGone();
            contacts.set({ destroy: [group.id] }).catch((error: unknown) => app.report(error));
          }}
        />
      )}
    </>
  );
}
