import { count } from '../lib/format.ts';
import { useTime } from './kit/use-time.ts';
import type { OverviewState } from './overview-state.ts';
import { useConsoleTexts } from './texts.ts';

/** How many days before the end the bin asks for attention. */
const soonDays = 7;
const dayMs = 86_400_000;

/** Something that waits for an administrator. */
export interface Matter {
  readonly key: string;
  readonly text: string;
  readonly href: string;
}

/** What waits for somebody, in words, with where to do it. */
export function useMatters(state: OverviewState | null): readonly Matter[] {
  const words = useConsoleTexts().overview;
  const time = useTime();
  if (!state) return [];
  const { company } = state;
  const expiring = (state.bin?.items ?? []).filter(
    item => item.state !== 'restored' && new Date(item.expiresAt).getTime() - Date.now() < soonDays * dayMs,
  ).length;
  const joins = state.joins?.items.length ?? 0;
  const seats = company?.plan.memberSeats ?? null;
  return [
    ...(company?.mailStoppedAt
      ? [{ key: 'stopped', text: words.stopped(time(company.mailStoppedAt)), href: '#/company' }]
      : []),
    ...(state.domains ?? []).flatMap(domain =>
      domain.state === 'pending'
        ? [{ key: domain.unicodeName, text: words.domainWaiting(domain.unicodeName), href: '#/domains' }]
        : domain.state === 'drifted' || domain.state === 'gone'
          ? [{ key: domain.unicodeName, text: words.domainDrifted(domain.unicodeName), href: '#/domains' }]
          : [],
    ),
    ...(joins > 0
      ? [
          {
            key: 'joins',
            text: words.joins(state.joins?.next ? words.atLeast(joins) : count(joins)),
            href: '#/invitations',
          },
        ]
      : []),
    ...(state.nearlyFull && state.nearlyFull.count > 0
      ? [
          {
            key: 'full',
            text: words.nearlyFull(
              state.nearlyFull.more ? words.atLeast(state.nearlyFull.count) : count(state.nearlyFull.count),
            ),
            href: '#/statistics',
          },
        ]
      : []),
    ...(expiring > 0 ? [{ key: 'bin', text: words.binSoon(expiring, soonDays), href: '#/recycle-bin' }] : []),
    ...(company && seats !== null && company.use.members >= seats
      ? [{ key: 'seats', text: words.seatsFull(company.use.members, seats), href: '#/members' }]
      : []),
  ];
}
