import type { MailStore } from '../../jmap/mail-store.ts';
import { parseSearch, toFilter } from '../../jmap/query.ts';
import type { Address, EmailRow, GetResponse, QueryResponse } from '../../jmap/types.ts';
import { parseInert } from '../../lib/inert-html.ts';

/** A piece of text, marked where it matches. */
export type Marked = readonly { readonly text: string; readonly hit: boolean }[];

export interface Snippet {
  readonly subject: Marked | null;
  readonly preview: Marked | null;
}

interface SearchSnippet {
  readonly emailId: string;
  readonly subject: string | null;
  readonly preview: string | null;
}

/** The server's `<mark>` as pieces (RFC 8621 §5): nothing of it is put into the page as HTML. */
export function markedText(html: string | null): Marked | null {
  if (html === null) return null;
  return [...parseInert(html).body.childNodes].map(node => ({
    text: node.textContent ?? '',
    hit: node.nodeName === 'MARK',
  }));
}

function toSnippet({ subject, preview }: SearchSnippet): Snippet {
  return { subject: markedText(subject), preview: markedText(preview) };
}

function queryOf(text: string): Parameters<typeof toFilter>[0] {
  return { mailboxId: null, keyword: null, only: 'all', text };
}

/** Whether there is anything to mark: words, and not only states and dates. */
export function hasWords(text: string): boolean {
  return parseSearch(text).some(condition =>
    ['text', 'subject', 'body'].some(property => property in condition),
  );
}

/** Where the words of a search stand in these mails. */
export async function readSnippets(
  store: MailStore,
  text: string,
  emailIds: readonly string[],
): Promise<ReadonlyMap<string, Snippet>> {
  if (emailIds.length === 0 || !hasWords(text)) return new Map();
  const answer = await store.client.one<{ readonly list: readonly SearchSnippet[] }>('SearchSnippet/get', {
    filter: toFilter(queryOf(text), store),
    emailIds,
  });
  return new Map(answer.list.map(one => [one.emailId, toSnippet(one)]));
}

export interface Suggestions {
  readonly text: string;
  readonly people: readonly Address[];
  readonly mails: readonly { readonly row: EmailRow; readonly snippet: Snippet | undefined }[];
}

const shown = 5;

/** What the panel under the search field offers while one types: a few mails with their matches, and people. */
export async function suggest(store: MailStore, text: string): Promise<Suggestions> {
  const filter = toFilter(queryOf(text), store);
  const words = hasWords(text);
  const [answers, people] = await Promise.all([
    store.client.call([
      [
        'Email/query',
        {
          filter,
          sort: [{ property: 'receivedAt', isAscending: false }],
          limit: shown,
          collapseThreads: true,
        },
      ],
      [
        'Email/get',
        {
          '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' },
          properties: [
            'id',
            'threadId',
            'mailboxIds',
            'keywords',
            'from',
            'to',
            'subject',
            'receivedAt',
            'size',
            'preview',
            'hasAttachment',
          ],
        },
      ],
      ...(words
        ? [
            [
              'SearchSnippet/get',
              { filter, '#emailIds': { resultOf: '0', name: 'Email/query', path: '/ids' } },
            ] as const,
          ]
        : []),
    ]),
    // An operator is nobody's name.
    /[:：]/.test(text) ? [] : store.suggestRecipients(text, []),
  ]);
  const [query, rows, snippets] = answers as unknown as readonly [
    readonly [string, QueryResponse, string],
    readonly [string, GetResponse<EmailRow>, string],
    readonly [string, { readonly list: readonly SearchSnippet[] }, string] | undefined,
  ];
  const byId = new Map(rows[1].list.map(row => [row.id, row]));
  const marks = new Map((snippets?.[1].list ?? []).map(one => [one.emailId, toSnippet(one)]));
  return {
    text,
    people: people.filter(({ email }) => email !== '').slice(0, 3),
    mails: query[1].ids
      .map(id => byId.get(id))
      .filter(row => row !== undefined)
      .map(row => ({ row, snippet: marks.get(row.id) })),
  };
}
