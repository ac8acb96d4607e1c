import { lazy, type ReactElement, Suspense } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import { JmapError, setError } from '../../../jmap/client.ts';
import type { Address, GetResponse, SetResponse } from '../../../jmap/types.ts';
import { displayName } from '../../../lib/addresses.ts';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { type AddressBook, type ContactValues, cardOf } from '../../contacts/card.ts';

// Forms that few mails need: fetched when they are asked for.
const RuleDialog = lazy(async () => ({
  default: (await import('../../settings/receiving/rule-dialog.tsx')).RuleDialog,
}));
const ContactDialog = lazy(async () => ({
  default: (await import('../../contacts/contact-dialog.tsx')).ContactDialog,
}));

export type SenderAsking = 'block' | 'filter' | 'contact';

interface SenderDialogProps {
  readonly app: MailApp;
  readonly from: Address;
  readonly asking: SenderAsking;
  readonly onClose: () => void;
}

async function addContact(app: MailApp, values: ContactValues): Promise<void> {
  const { client } = app.store;
  const books = await client.one<GetResponse<AddressBook>>('AddressBook/get', { ids: null });
  const own = books.list.find(({ isDefault }) => isDefault);
  if (!own) throw new JmapError('notFound');
  // A card has no empty properties when it is made.
  const filled = Object.entries(cardOf(values)).filter(([, value]) => value !== null);
  const answer = await client.one<SetResponse>('ContactCard/set', {
    create: {
      new: { ...Object.fromEntries(filled), kind: 'individual', addressBookIds: { [own.id]: true } },
    },
  });
  const error = setError(answer.notCreated);
  if (error) throw error;
}

/** What one can do about a sender: never hear from them, sort their mail, keep their address. */
export function SenderDialog({ app, from, asking, onClose }: SenderDialogProps): ReactElement {
  const texts = useTexts();
  const words = texts.reading.sender;
  const { rules, senders } = app.store.personal;
  const email = from.email.toLowerCase();

  const run = (work: Promise<unknown>, told: string): void => {
    onClose();
    work.then(
      () => app.toasts.show({ text: told }),
      (error: unknown) => {
        if (error instanceof JmapError && error.code === 'alreadyExists')
          app.toasts.show({ text: words.already(email) });
        else app.report(error);
      },
    );
  };

  if (asking === 'filter')
    return (
      <Suspense fallback={null}>
        <RuleDialog
          app={app}
          rule={null}
          initial={{
            name: words.ruleName(displayName(from)).slice(0, 100),
            match: 'all',
            conditions: [{ field: 'from', operator: 'is', value: email }],
            actions: [{ type: 'move', mailboxId: app.store.mailboxByRole('archive')?.id ?? '' }],
            stop: true,
          }}
          onClose={onClose}
          onSave={rule =>
            run(
              rules
                .load()
                .then(() => rules.create({ ...rule, sortOrder: rules.items.length, isEnabled: true })),
              words.ruleSaved,
            )
          }
        />
      </Suspense>
    );
  if (asking === 'contact')
    return (
      <Suspense fallback={null}>
        <ContactDialog
          card={null}
          initial={{ name: from.name ?? '', emails: [from.email] }}
          onClose={onClose}
          onSave={values => run(addContact(app, values), words.added(displayName(from)))}
        />
      </Suspense>
    );
  return (
    <Dialog title={words.blockAsk(email)} onClose={onClose}>
      <p>{words.blockHint}</p>
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={onClose}>
          {texts.mail.close}
        </button>
        <button
          type="button"
          className="button danger"
          onClick={() => run(senders.create({ kind: 'block', value: email }), words.blocked(email))}
        >
          {words.block}
        </button>
      </div>
    </Dialog>
  );
}
