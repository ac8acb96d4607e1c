import { type ReactElement, useContext } from 'react';
import { count } from '../../../lib/format.ts';
import { IconCircleCheck } from '../../../ui/icons.ts';
import { LoadState } from '../../kit/load-state.tsx';
import { PageHint } from '../../kit/page.tsx';
import { useMatters } from '../../matters.ts';
import { OverviewContext, type OverviewState, type Start } from '../../overview-state.ts';
import { useConsoleTexts } from '../../texts.ts';
import './overview.css';

/** 概览: what is still to be set up, what waits for somebody, how many there are of everything. */
export default function OverviewPage(): ReactElement {
  const texts = useConsoleTexts();
  const words = texts.overview;
  const loaded = useContext(OverviewContext);
  const state = loaded?.value ?? null;
  return (
    <section className="form-page" aria-label={words.title}>
      <header className="page-head">
        <h1>{words.title}</h1>
        <PageHint />
      </header>
      {loaded && <LoadState of={loaded} />}
      {state && (
        <div className="overview">
          <div>
            <Steps state={state} />
          </div>
          <div>
            <Attention state={state} />
            <Counts state={state} />
          </div>
        </div>
      )}
    </section>
  );
}

interface Step {
  readonly key: 'domain' | 'records' | 'members' | 'shared' | 'helpers';
  readonly done: boolean;
  readonly href: string;
}

/** Steps this administrator has a part in, ticked by what is there. */
function stepsOf(state: OverviewState): Step[] {
  const some = (list: Start | null, more = 0): boolean => (list?.items.length ?? 0) > more;
  const { domains } = state;
  return [
    ...(domains
      ? [
          { key: 'domain' as const, done: domains.some(({ trial }) => !trial), href: '#/domains' },
          {
            key: 'records' as const,
            done: domains.some(({ trial, state: how }) => !trial && how === 'active'),
            href: '#/domains',
          },
        ]
      : []),
    ...(state.members ? [{ key: 'members' as const, done: some(state.members, 1), href: '#/members' }] : []),
    ...(state.groups || state.mailboxes
      ? [
          {
            key: 'shared' as const,
            done: some(state.groups) || some(state.mailboxes),
            href: state.groups ? '#/groups' : '#/public-mailboxes',
          },
        ]
      : []),
    ...(state.invitations || state.administrators
      ? [
          {
            key: 'helpers' as const,
            done: some(state.invitations) || some(state.administrators, 1),
            href: state.invitations ? '#/invitations' : '#/administrators',
          },
        ]
      : []),
  ];
}

function Steps({ state }: { readonly state: OverviewState }): ReactElement | null {
  const words = useConsoleTexts().overview;
  const steps = stepsOf(state);
  if (steps.length === 0) return null;
  const done = steps.filter(step => step.done).length;
  return (
    <section className="overview-part" aria-label={words.setUp}>
      <h2>{words.setUp}</h2>
      <p className="meta">{done === steps.length ? words.ready : words.setUpHint(done, steps.length)}</p>
      <ol className="steps">
        {steps.map(step => (
          <li key={step.key} className={step.done ? 'done' : ''}>
            {step.done ? (
              <IconCircleCheck className="icon" size={20} aria-hidden="true" />
            ) : (
              <span className="step-open" aria-hidden="true" />
            )}
            <span className="grow">
              <a href={step.href}>{words.steps[step.key].title}</a>
              <span className="hidden-visually">{step.done ? words.stepDone : words.stepOpen}</span>
              <span className="meta">{words.steps[step.key].text}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Attention({ state }: { readonly state: OverviewState }): ReactElement {
  const words = useConsoleTexts().overview;
  const matters = useMatters(state);
  return (
    <section className="overview-part" aria-label={words.attention}>
      <h2>{words.attention}</h2>
      {matters.length === 0 && <p className="meta">{words.attentionNone}</p>}
      <ul className="matters">
        {matters.map(({ key, text, href }) => (
          <li key={key} className="row">
            <span className="grow">{text}</span>
            <a href={href} aria-label={`${words.open}: ${text}`}>
              {words.open}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Counts({ state }: { readonly state: OverviewState }): ReactElement | null {
  const words = useConsoleTexts().overview;
  const { company } = state;
  const of = (used: number, max: number | null): string =>
    max === null ? count(used) : words.ofMax(count(used), count(max));
  const many = ({ items, next, total }: Start): string =>
    total === undefined ? (next ? words.atLeast(items.length) : count(items.length)) : count(total);
  const rows: readonly (readonly [label: string, value: string, href: string])[] = [
    ...(company
      ? [
          [words.members, of(company.use.members, company.plan.memberSeats), '#/members'] as const,
          [words.vip, count(company.use.vipSeats), '#/members'] as const,
          [
            words.publicMailboxes,
            of(company.use.publicMailboxes, company.use.publicMailboxLimit),
            '#/public-mailboxes',
          ] as const,
        ]
      : state.members
        ? [[words.members, many(state.members), '#/members'] as const]
        : []),
    ...(state.groups ? [[words.groups, many(state.groups), '#/groups'] as const] : []),
    ...(state.domains ? [[words.domains, count(state.domains.length), '#/domains'] as const] : []),
    ...(state.bin ? [[words.binned, many(state.bin), '#/recycle-bin'] as const] : []),
  ];
  if (rows.length === 0) return null;
  return (
    <section className="overview-part" aria-label={words.counts}>
      <h2>{words.counts}</h2>
      <dl className="counts">
        {rows.map(([label, value, href]) => (
          <div key={label} className="row">
            <dt className="grow">
              <a href={href}>{label}</a>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
