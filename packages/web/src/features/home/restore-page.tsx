import './home.css';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { JmapError } from '../../jmap/client.ts';
import type { Address, GetResponse, QueryResponse } from '../../jmap/types.ts';
import { displayName } from '../../lib/addresses.ts';
import { listTime } from '../../lib/dates.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { IconArrowLeft } from '../../ui/icons.ts';
import { mayRestore, restoreCapability, restoreDays } from '../folders/after-destroying.ts';
import { mailboxName, ownFolders } from '../folders/mailboxes.ts';

const windowSize = 100;

interface DeletedEmail {
  readonly id: string;
  readonly subject: string | null;
  readonly from: readonly Address[] | null;
  readonly deletedAt: string;
  readonly mailboxName: string | null;
}

/** 恢复误删: mail deleted for good that can still be brought back (CLN-02, CLN-03). */
export function RestorePage({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.pages.restore;
  const { store } = app;
  const [text, setText] = useState('');
  const [mails, setMails] = useState<readonly DeletedEmail[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [target, setTarget] = useState(() => store.mailboxByRole('inbox')?.id ?? '');
  const allowed = mayRestore(store);
  const most = store.client.accountLimit(restoreCapability, 'maxRestoreAtOnce', 200);
  const mailboxes = [
    ...(['inbox', 'archive'] as const)
      .map(role => store.mailboxByRole(role))
      .filter(mailbox => mailbox !== undefined),
    ...ownFolders(store.mailboxes).map(({ mailbox }) => mailbox),
  ];

  const load = useCallback(
    async (position: number): Promise<void> => {
      const [query, get] = (await store.client.call([
        [
          'DeletedEmail/query',
          {
            filter: text.trim() ? { text: text.trim() } : null,
            position,
            limit: windowSize,
            calculateTotal: true,
          },
        ],
        ['DeletedEmail/get', { '#ids': { resultOf: '0', name: 'DeletedEmail/query', path: '/ids' } }],
      ])) as unknown as readonly [
        readonly [string, QueryResponse, string],
        readonly [string, GetResponse<DeletedEmail>, string],
      ];
      const byId = new Map(get[1].list.map(mail => [mail.id, mail]));
      const page = query[1].ids.map(id => byId.get(id)).filter(mail => mail !== undefined);
      setMails(known => (position === 0 ? page : [...known, ...page]));
      setTotal(query[1].total ?? page.length);
    },
    [store, text],
  );
  useEffect(() => {
    if (!allowed) return undefined;
    const timer = setTimeout(() => void load(0).catch((error: unknown) => app.report(error)), 150);
    return () => clearTimeout(timer);
  }, [allowed, load, app]);

  async function restore(): Promise<void> {
    const ids = [...chosen].slice(0, most);
    const answer = await store.client.one<{
      restored: Record<string, string> | null;
      notRestored: Record<string, { type: string; description?: string }> | null;
    }>('DeletedEmail/restore', { ids, mailboxId: target });
    const [failure] = Object.values(answer.notRestored ?? {});
    const mailbox = store.mailboxes.get(target);
    const done = Object.keys(answer.restored ?? {}).length;
    setChosen(new Set());
    await Promise.all([load(0), store.sync()]);
    if (done && mailbox)
      app.toasts.show({ text: words.restored(done, mailboxName(mailbox, texts)), stayMs: 5000 });
    if (failure) throw new JmapError(failure.type, failure.description ?? '');
  }

  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const days = restoreDays(store);
  return (
    <section className="home tool-page" aria-label={words.title}>
      <button type="button" className="button plain" onClick={() => app.visit('home')}>
        <IconArrowLeft className="icon" size={18} />
        {texts.top.home}
      </button>
      <h1>{words.title}</h1>
      <p className="meta">{allowed ? words.hint(days) : words.forbidden}</p>
      {allowed && (
        <>
          <form
            className="tool-form"
            onSubmit={event => {
              event.preventDefault();
              restore().catch((error: unknown) => app.report(error));
            }}
          >
            <label>
              {words.search}
              <input
                className="field"
                type="search"
                value={text}
                maxLength={200}
                onChange={event => setText(event.target.value)}
              />
            </label>
            <label>
              {words.to}
              <select className="field" value={target} onChange={event => setTarget(event.target.value)}>
                {mailboxes.map(mailbox => (
                  <option key={mailbox.id} value={mailbox.id}>
                    {mailboxName(mailbox, texts)}
                  </option>
                ))}
              </select>
            </label>
            <button type="submit" className="button primary" disabled={chosen.size === 0}>
              {words.restore(Math.min(chosen.size, most))}
            </button>
          </form>
          {total === 0 && <p role="status">{words.none}</p>}
          {mails.length > 0 && (
            <table className="tool-table">
              <thead>
                <tr>
                  <th className="check">
                    <input
                      type="checkbox"
                      aria-label={words.all}
                      checked={chosen.size === mails.length}
                      onChange={event =>
                        setChosen(new Set(event.target.checked ? mails.map(({ id }) => id) : []))
                      }
                    />
                  </th>
                  <th>{words.from}</th>
                  <th>{words.subject}</th>
                  <th className="narrow-away">{words.was}</th>
                  <th className="narrow-away">{words.deleted}</th>
                </tr>
              </thead>
              <tbody>
                {mails.map(mail => (
                  <tr key={mail.id}>
                    <td className="check">
                      <input
                        type="checkbox"
                        aria-label={mail.subject ?? texts.list.noSubject}
                        checked={chosen.has(mail.id)}
                        onChange={() => toggle(mail.id)}
                      />
                    </td>
                    <td>{mail.from?.[0] ? displayName(mail.from[0]) : texts.list.noSender}</td>
                    <td>{mail.subject?.trim() || texts.list.noSubject}</td>
                    <td className="narrow-away">{mail.mailboxName ?? ''}</td>
                    <td className="narrow-away">
                      {listTime(new Date(mail.deletedAt), new Date(), language)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {total !== null && mails.length < total && (
            <button
              type="button"
              className="link"
              onClick={() => void load(mails.length).catch((error: unknown) => app.report(error))}
            >
              {words.more}
            </button>
          )}
        </>
      )}
    </section>
  );
}
