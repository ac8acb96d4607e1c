import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import {
  newerNotices,
  newestNotice,
  noticePage,
  noticesReadUpTo,
  putNoticesRead,
} from '../../store/system/administration/notice-rows.ts';
import type { DirectoryContext } from '../context.ts';
import { type Page, type PageRequest, pageOf, readCursor, requireLimit, requireSearch } from '../paging.ts';
import { mayHear, type NoticeEvent, noticeEventNames } from './events.ts';

/** A notice as the console lists it; its words are made by `noticeWords`. */
export interface Notice {
  readonly id: number;
  readonly event: NoticeEvent;
  readonly kind: string;
  readonly at: number;
  /** JSON. */
  readonly details: string;
  readonly read: boolean;
}

/** Unread ones are counted so far. */
const mostCounted = 100;

function reader(scope: Scope): AccountId {
  if (scope.principal.kind === 'account') return scope.principal.accountId;
  throw new MailError('access.denied', { need: 'a person' });
}

/** The events that the scope's administrator may be told of; throws `access.denied` for who administers nothing. */
function heard(scope: Scope): readonly NoticeEvent[] {
  const { administration } = scope;
  if (!administration) throw new MailError('access.denied', { need: 'administrator' });
  return noticeEventNames.filter(event => mayHear(administration, event));
}

/** A page of what the administrator may be told of, newest first; `search` stands in whom or what it names. Throws `access.denied`, `input.invalid`. */
export async function listNotices(
  ctx: DirectoryContext,
  scope: Scope,
  page: PageRequest & { readonly event?: NoticeEvent; readonly search?: string },
): Promise<Page<Notice>> {
  const me = reader(scope);
  const events = heard(scope).filter(event => page.event === undefined || event === page.event);
  const limit = requireLimit(page.limit);
  const text = requireSearch(page.search);
  const before = Number(readCursor(page.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
  return ctx.database.of(scope.tenantId).read(async rows => {
    const upTo = await noticesReadUpTo(rows, scope.tenantId, me);
    const found = await noticePage(rows, scope.tenantId, events, text, before, limit + 1);
    const notices = found.map(
      ({ id, event, kind, at, details }): Notice => ({
        id,
        event: event as NoticeEvent,
        kind,
        at,
        details,
        read: id <= upTo,
      }),
    );
    return pageOf(notices, limit, ({ id }) => [id]);
  });
}

/** How many notices the administrator has not seen, counted up to 100. */
export async function unreadNotices(ctx: DirectoryContext, scope: Scope): Promise<number> {
  const me = reader(scope);
  const events = heard(scope);
  return ctx.database.of(scope.tenantId).read(async rows => {
    const upTo = await noticesReadUpTo(rows, scope.tenantId, me);
    return newerNotices(rows, scope.tenantId, events, upTo, mostCounted);
  });
}

/** Marks all notices up to this one as read, for this administrator alone. */
export async function readNotices(ctx: DirectoryContext, scope: Scope, upTo: number): Promise<void> {
  const me = reader(scope);
  heard(scope);
  await ctx.database.of(scope.tenantId).transact(async tx => {
    // A number from the future would hide what is to come.
    const newest = await newestNotice(tx, scope.tenantId);
    await putNoticesRead(tx, scope.tenantId, me, Math.min(upTo, newest));
  });
}
