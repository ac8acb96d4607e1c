import type { MailStore } from '../../jmap/mail-store.ts';
import type { EmailRow, GetResponse } from '../../jmap/types.ts';

/** Mails told of one by one; more are counted. */
const most = 3;

/** Watches an inbox and tells of mail that arrives unread from now on. Returns a function that stops. */
export function watchNewMail(store: MailStore, tell: (mails: readonly EmailRow[]) => void): () => void {
  let unread = store.mailboxByRole('inbox')?.unreadEmails ?? 0;
  let since = new Date();
  const told = new Set<string>();
  let asking = false;

  async function ask(): Promise<void> {
    const inbox = store.mailboxByRole('inbox');
    if (!inbox || asking) return;
    asking = true;
    try {
      const answers = await store.client.call([
        [
          'Email/query',
          {
            filter: {
              inMailbox: inbox.id,
              notKeyword: '$seen',
              after: since.toISOString().replace(/\.\d+Z$/, 'Z'),
            },
            sort: [{ property: 'receivedAt', isAscending: false }],
            limit: 20,
          },
        ],
        [
          'Email/get',
          {
            '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' },
            properties: ['id', 'from', 'subject', 'receivedAt'],
          },
        ],
      ]);
      const answer = answers[1]?.[1] as unknown as GetResponse<EmailRow> | undefined;
      const fresh = (answer?.list ?? []).filter(({ id }) => !told.has(id));
      for (const { id } of fresh) told.add(id);
      const newest = fresh[0];
      if (newest && new Date(newest.receivedAt) > since) since = new Date(newest.receivedAt);
      if (fresh.length) tell(fresh);
    } catch {
      // The list tells of it as well.
    } finally {
      asking = false;
    }
  }

  return store.subscribe(() => {
    const now = store.mailboxByRole('inbox')?.unreadEmails ?? 0;
    if (now > unread) void ask();
    unread = now;
  });
}

/** A short, quiet tone of two notes. */
function chime(): void {
  try {
    const context = new AudioContext();
    const volume = context.createGain();
    volume.gain.value = 0.08;
    volume.connect(context.destination);
    for (const [at, pitch] of [
      [0, 660],
      [0.14, 880],
    ] as const) {
      const tone = context.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(volume);
      tone.start(context.currentTime + at);
      tone.stop(context.currentTime + at + 0.12);
    }
    setTimeout(() => void context.close(), 1000);
  } catch {
    // No sound here.
  }
}

interface Announcing {
  readonly title: (mail: EmailRow) => string;
  readonly many: (count: number) => string;
  readonly noSubject: string;
  readonly sound: boolean;
  readonly open: (mailId: string) => void;
}

/** Desktop notifications for new mail, unless the person is looking at the page already. */
export function announce(mails: readonly EmailRow[], how: Announcing): void {
  if (how.sound) chime();
  if (document.hasFocus() || !('Notification' in globalThis) || Notification.permission !== 'granted') return;
  const show = (title: string, body: string, mailId: string | undefined): void => {
    try {
      const notice = new Notification(title, { body, icon: '/mark.svg', ...(mailId ? { tag: mailId } : {}) });
      notice.addEventListener('click', () => {
        globalThis.focus();
        notice.close();
        if (mailId) how.open(mailId);
      });
    } catch {
      // Android wants notifications from the service worker alone: push does that.
    }
  };
  if (mails.length > most) show(how.many(mails.length), '', undefined);
  else for (const mail of mails) show(how.title(mail), mail.subject?.trim() || how.noSubject, mail.id);
}
