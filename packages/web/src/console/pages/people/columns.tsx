import type { ConsolePhrases } from '@hongyan/phrases/console/zh.ts';
import { fileSize } from '../../../lib/format.ts';
import type { Column } from '../../kit/list/data-table.tsx';
import type { Member, MemberUse } from './types.ts';
import type { Departments } from './use-departments.ts';

/** From here on the space of a mailbox is called nearly full. */
const nearlyFull = 0.9;

interface Known {
  readonly use: ReadonlyMap<number, MemberUse>;
  readonly departments: Departments;
  readonly time: (at: string) => string;
  readonly texts: ConsolePhrases;
  /** Whether to show who has a second factor. */
  readonly factor: boolean;
}

/** Part of the space that is used, 0 to 1; null without a limit or while it is not known. */
function fullness(member: Member, use: MemberUse | undefined): number | null {
  const limit = member.effectiveQuotaBytes;
  if (!use || limit === null) return null;
  return limit === 0 ? 1 : Math.min(1, use.usedBytes / limit);
}

/** Who has a second factor: there is room for it only where somebody asks. */
function factorColumn(words: ConsolePhrases['people']): Column<Member> {
  return {
    key: 'secondFactor',
    label: words.columns.secondFactor,
    width: '92px',
    render: member => (member.secondFactor ? words.states.factorOn : words.states.factorOff),
  };
}

/** Columns of the table of members. */
export function memberColumns({ use, departments, time, texts, factor }: Known): readonly Column<Member>[] {
  const words = texts.people;
  const place = (member: Member): string => {
    const names = member.departments.flatMap(({ id }) => departments.byId.get(id)?.name ?? []);
    return names.length ? names.join(', ') : words.noDepartment;
  };
  return [
    {
      key: 'name',
      label: words.columns.name,
      width: '2.4fr',
      render: member => (
        <>
          <span className="member-name">
            {member.name || member.address}
            {member.role === 'administrator' && <span className="chip">{words.states.administrator}</span>}
          </span>
          <span className="member-address meta">{member.address}</span>
        </>
      ),
    },
    { key: 'department', label: words.columns.department, width: '1.4fr', render: place },
    {
      key: 'seat',
      label: words.columns.seat,
      width: '72px',
      render: member => (member.vip ? <span className="vip">{words.vip}</span> : words.ordinary),
    },
    {
      key: 'space',
      label: words.columns.space,
      width: '1.3fr',
      render: member => {
        const known = use.get(member.id);
        const part = fullness(member, known);
        if (!known) return null;
        const used = fileSize(known.usedBytes);
        if (member.effectiveQuotaBytes === null)
          return <span className="meta">{words.usedUnlimited(used)}</span>;
        return (
          <>
            <span className="meta">{words.usedOf(used, fileSize(member.effectiveQuotaBytes))}</span>
            <progress
              className={part !== null && part >= nearlyFull ? 'space warn' : 'space'}
              value={part ?? 0}
              max={1}
              aria-hidden="true"
            />
          </>
        );
      },
    },
    {
      key: 'lastSignIn',
      label: words.columns.lastSignIn,
      width: '1.2fr',
      render: member => {
        const known = use.get(member.id);
        if (!known) return null;
        return known.lastSignInAt ? time(known.lastSignInAt) : words.never;
      },
    },
    ...(factor ? [factorColumn(words)] : []),
    {
      key: 'state',
      label: words.columns.state,
      width: '1.3fr',
      phone: true,
      render: member => {
        const known = use.get(member.id);
        const part = fullness(member, known);
        if (member.disabled) return <span className="chip bad">{words.states.disabled}</span>;
        if (part !== null && part >= nearlyFull)
          return <span className="chip warn">{words.states.nearlyFull(Math.floor((1 - part) * 100))}</span>;
        if (!member.activated) return <span className="chip">{words.states.notActivated}</span>;
        if (member.hidden) return <span className="chip">{words.states.hidden}</span>;
        if (known && known.lastSignInAt === null) return <span className="chip">{words.states.waiting}</span>;
        return <span className="chip ok">{words.states.normal}</span>;
      },
    },
  ];
}
