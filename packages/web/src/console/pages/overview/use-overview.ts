import { useCallback } from 'react';
import type { Page } from '../../api.ts';
import { type Loaded, useLoaded } from '../../kit/use-loaded.ts';
import { may, type Session, useConsole } from '../../session.ts';
import type { Recycled } from '../bin/types.ts';

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
}

const most = 200;

export function useOverview(): Loaded<OverviewState> {
  const { api, session } = useConsole();
  return useLoaded(
    useCallback(async (): Promise<OverviewState> => {
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
    }, [api, session]),
  );
}

async function ifAllowed<Value>(
  session: Session,
  needs: string,
  read: () => Promise<Value>,
): Promise<Value | null> {
  return may(session, needs, 'view') ? read() : null;
}
