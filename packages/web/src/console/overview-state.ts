import { createContext, useCallback, useMemo, useRef, useState } from 'react';
import type { Api, Page } from './api.ts';
import { type Loaded, useLoaded } from './kit/use-loaded.ts';
import type { Recycled } from './pages/bin/types.ts';
import { may, type Session, useConsole } from './session.ts';

export interface DomainState {
  readonly unicodeName: string;
  readonly state: 'pending' | 'active' | 'drifted' | 'gone' | 'ended';
  readonly trial: boolean;
  readonly summary: { readonly receiving: string } | null;
}

interface Company {
  readonly plan: { readonly memberSeats: number | null };
  readonly use: {
    readonly members: number;
    readonly vipSeats: number;
    readonly publicMailboxes: number;
    readonly publicMailboxLimit: number | null;
  };
  readonly mailStoppedAt: string | null;
}

/** A list of which only the beginning is asked for. */
export type Start<Item = unknown> = Page<Item>;

/** What this administrator may see of the company's state; null where not. */
export interface OverviewState {
  readonly company: Company | null;
  readonly members: Start | null;
  readonly domains: readonly DomainState[] | null;
  readonly groups: Start | null;
  readonly mailboxes: Start | null;
  readonly invitations: Start | null;
  readonly joins: Start | null;
  readonly bin: Start<Recycled> | null;
  readonly administrators: Start | null;
  /** Mailboxes with less than a tenth left, as far as they were looked through; null: not known. */
  readonly nearlyFull: { readonly count: number; readonly more: boolean } | null;
}

const most = 200;

/** Waits before it is read for the count in the top bar only, and how long that count holds, ms. */
const idleMs = 1500;
const freshMs = 60_000;

/** What the overview shows, and the top bar counts. Null outside the console. */
export const OverviewContext = createContext<Loaded<OverviewState> | null>(null);

/** The company's state: at once on the overview, else when the page has had its turn. */
export function useOverview(page: string): Loaded<OverviewState> {
  const { api, session } = useConsole();
  const last = useRef<{ readonly at: number; readonly state: Known } | null>(null);
  const [nearlyFull, setNearlyFull] = useState<OverviewState['nearlyFull']>(null);
  const loaded = useLoaded(
    useCallback(async (): Promise<Known> => {
      if (page !== 'overview') {
        if (last.current && Date.now() - last.current.at < freshMs) return last.current.state;
        await new Promise(resolve => setTimeout(resolve, idleMs));
      }
      const state = await readOverview(api, session);
      last.current = { at: Date.now(), state };
      // The server looks into each mailbox for this: nobody waits for it.
      void ifAllowed(session, 'statistics', () => countNearlyFull(api)).then(setNearlyFull, () => undefined);
      return state;
    }, [api, session, page]),
  );
  const { value } = loaded;
  const state = useMemo(() => value && { ...value, nearlyFull }, [value, nearlyFull]);
  return { ...loaded, value: state, set: loaded.set };
}

type Known = Omit<OverviewState, 'nearlyFull'>;

/** Mailboxes of one question, questions at most: a company of 2,000 is looked through whole. */
const mailboxesAtOnce = 200;
const mostQuestions = 10;

/** How many mailboxes are nearly full (STA-05), in the first of the company. */
async function countNearlyFull(api: Api): Promise<OverviewState['nearlyFull']> {
  let count = 0;
  let cursor: string | null = null;
  for (let asked = 0; asked < mostQuestions; asked += 1) {
    const page: Page<unknown> = await api.get('/statistics/capacity', { limit: mailboxesAtOnce, cursor });
    count += page.items.length;
    cursor = page.next;
    if (cursor === null) break;
  }
  return { count, more: cursor !== null };
}

async function readOverview(api: Api, session: Session): Promise<Known> {
  const ask = <Value>(needs: string, path: string): Promise<Value | null> =>
    ifAllowed(session, needs, () => api.get<Value>(path));
  const [company, members, domains, groups, mailboxes, invitations, joins, bin, administrators] =
    await Promise.all([
      ask<Company>('company', '/company'),
      ask<Start>('members', '/members?limit=2'),
      ask<Page<DomainState>>('domains', `/domains?limit=${most}`),
      ask<Start>('groups', `/groups?limit=${most}`),
      ask<Start>('publicMailboxes', `/public-mailboxes?limit=${most}`),
      ask<Start>('invitations', '/invitations?limit=1'),
      ask<Start>('invitations', '/join-requests?limit=100'),
      ask<Start<Recycled>>('recycleBin', `/recycle-bin?limit=${most}`),
      ask<Start>('administrators', '/administrators?limit=2'),
    ]);
  return {
    company,
    members,
    domains: domains?.items ?? null,
    groups,
    mailboxes,
    invitations,
    joins,
    bin,
    administrators,
  };
}

async function ifAllowed<Value>(
  session: Session,
  needs: string,
  read: () => Promise<Value>,
): Promise<Value | null> {
  return may(session, needs, 'view') ? read() : null;
}
