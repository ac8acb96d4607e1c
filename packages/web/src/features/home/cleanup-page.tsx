import './home.css';
import { type ReactElement, useState } from 'react';
import { explain, type MailApp } from '../../app/mail-app.ts';
import type { EmailRow, GetResponse, QueryResponse } from '../../jmap/types.ts';
import { displayName } from '../../lib/addresses.ts';
import { listTime } from '../../lib/dates.ts';
import { fileSize } from '../../lib/format.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { IconArrowLeft } from '../../ui/icons.ts';
import { mailboxName, ownFolders } from '../folders/mailboxes.ts';

/** Mails cleaned at once (CLN-01). */
const atOnce = 200;
const ages = [30, 90, 180, 365, 730] as const;
const sizes = [1, 5, 10, 25] as const;
const roles = ['inbox', 'sent', 'archive', 'junk'] as const;
const dayMs = 86_400_000;
const mebibyte = 1024 * 1024;

interface Found {
  readonly rows: readonly EmailRow[];
  readonly total: number;
}

/** 邮箱清理: conditions, scan, clean (CLN-01). */
export function CleanupPage({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.pages.cleanup;
  const { store } = app;
  const [age, setAge] = useState(0);
  const [size, setSize] = useState(0);
  const [subject, setSubject] = useState('');
  const [folder, setFolder] = useState('');
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState('');
  const mailboxes = [
    ...roles.map(role => store.mailboxByRole(role)).filter(mailbox => mailbox !== undefined),
    ...ownFolders(store.mailboxes).map(({ mailbox }) => mailbox),
  ];

  async function scan(): Promise<void> {
    if (!age && !size && !subject.trim()) return setProblem(words.needCondition);
    setProblem('');
    const trash = store.mailboxByRole('trash');
    const conditions: Record<string, unknown>[] = [];
    if (age)
      conditions.push({
        before: new Date(Date.now() - age * dayMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      });
    if (size) conditions.push({ minSize: size * mebibyte });
    if (subject.trim()) conditions.push({ subject: subject.trim() });
    if (folder) conditions.push({ inMailbox: folder });
    else if (trash) conditions.push({ inMailboxOtherThan: [trash.id] });
    const [query, get] = (await store.client.call([
      [
        'Email/query',
        {
          filter: { operator: 'AND', conditions },
          sort: [{ property: 'receivedAt', isAscending: true }],
          limit: atOnce,
          calculateTotal: true,
        },
      ],
      [
        'Email/get',
        {
          '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' },
          properties: ['id', 'threadId', 'mailboxIds', 'keywords', 'from', 'subject', 'receivedAt', 'size'],
        },
      ],
    ])) as unknown as readonly [
      readonly [string, QueryResponse, string],
      readonly [string, GetResponse<EmailRow>, string],
    ];
    setFound({ rows: get[1].list, total: query[1].total ?? get[1].list.length });
  }

  async function clean(rows: readonly EmailRow[]): Promise<void> {
    const trash = store.mailboxByRole('trash');
    if (!trash) return;
    await app.fileMails(rows, trash, texts.done.removed);
    setFound(null);
  }

  const bytes = found?.rows.reduce((sum, row) => sum + row.size, 0) ?? 0;
  return (
    <section className="home tool-page" aria-label={words.title}>
      <button type="button" className="button plain" onClick={() => app.visit('home')}>
        <IconArrowLeft className="icon" size={18} />
        {texts.top.home}
      </button>
      <h1>{words.title}</h1>
      <p className="meta">{words.hint(atOnce)}</p>
      <form
        className="tool-form"
        onSubmit={event => {
          event.preventDefault();
          scan().catch((error: unknown) => setProblem(explain(error, texts)));
        }}
      >
        <label>
          {words.before}
          <select className="field" value={age} onChange={event => setAge(Number(event.target.value))}>
            <option value={0}>{words.any}</option>
            {ages.map(days => (
              <option key={days} value={days}>
                {words.days(days)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.larger}
          <select className="field" value={size} onChange={event => setSize(Number(event.target.value))}>
            <option value={0}>{words.any}</option>
            {sizes.map(count => (
              <option key={count} value={count}>
                {count} MB
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.subject}
          <input
            className="field"
            value={subject}
            maxLength={200}
            onChange={event => setSubject(event.target.value)}
          />
        </label>
        <label>
          {words.folder}
          <select className="field" value={folder} onChange={event => setFolder(event.target.value)}>
            <option value="">{words.allFolders}</option>
            {mailboxes.map(mailbox => (
              <option key={mailbox.id} value={mailbox.id}>
                {mailboxName(mailbox, texts)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="button primary">
          {words.scan}
        </button>
      </form>
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      {found && found.rows.length === 0 && <p role="status">{words.none}</p>}
      {found && found.rows.length > 0 && (
        <>
          <div className="row">
            <p className="grow" role="status">
              {words.found(found.total, fileSize(bytes))} {found.total > atOnce && words.first(atOnce)}
            </p>
            <button
              type="button"
              className="button danger"
              onClick={() => void clean(found.rows).catch((error: unknown) => app.report(error))}
            >
              {words.clean(found.rows.length)}
            </button>
          </div>
          <table className="tool-table">
            <tbody>
              {found.rows.map(row => (
                <tr key={row.id}>
                  <td>{row.from?.[0] ? displayName(row.from[0]) : texts.list.noSender}</td>
                  <td>{row.subject?.trim() || texts.list.noSubject}</td>
                  <td className="narrow-away">{fileSize(row.size)}</td>
                  <td className="narrow-away">{listTime(new Date(row.receivedAt), new Date(), language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
