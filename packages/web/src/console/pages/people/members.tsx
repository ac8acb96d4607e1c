import { type ReactElement, useMemo, useState } from 'react';
import { useMedia } from '../../../app/use-media.ts';
import { AddButton } from '../../kit/list/add-button.tsx';
import { DataTable } from '../../kit/list/data-table.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { TablePage } from '../../kit/page.tsx';
import type { Job } from '../../kit/use-job.ts';
import { useMailboxUse } from '../../kit/use-mailbox-use.ts';
import { useTime } from '../../kit/use-time.ts';
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { BulkActions } from './bulk.tsx';
import { memberColumns } from './columns.tsx';
import { ManageDepartments } from './departments/manage.tsx';
import { DepartmentTree } from './departments/tree.tsx';
import { MemberFilterBar, memberQuery, noFilters } from './filters.tsx';
import { AddMember } from './member/add-member.tsx';
import { LeaverDrawer } from './member/leaver.tsx';
import { MemberDrawer } from './member/member-drawer.tsx';
import { QuotaJob } from './quota-job.tsx';
import type { Member, MemberUse } from './types.ts';
import { useDepartmentTree } from './use-departments.ts';
import './people.css';

const none: ReadonlySet<string> = new Set();

/** 成员与部门 (DIR-01, DIR-02, MBX). Addresses: `12` the profile, `12/leave` leaving, `add` a new one,
 * `without-factor` those who have no second factor. */
export default function MembersPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people;
  const time = useTime();
  const phone = useMedia('(max-width: 767px)');
  const departments = useDepartmentTree();
  const [department, setDepartment] = useState<number | null>(null);
  const [filters, setFilters] = useState(
    rest === 'without-factor' ? { ...noFilters, secondFactor: 'false' } : noFilters,
  );
  const [selection, setSelection] = useState(none);
  const list = useApiList<Member>('/members', { ...memberQuery(filters), department });
  const ids = useMemo(() => list.items.map(({ id }) => id), [list.items]);
  const use = useMailboxUse<MemberUse>('/member-use', 'member', ids);
  const [job, setJob] = useState<Job | null>(null);
  const chosen = list.items.filter(({ id }) => selection.has(`${id}`));
  const manage = may(session, 'members', 'manage');
  const filtered = department !== null || Object.values(filters).some(value => value !== '');

  function changed(): void {
    list.refresh();
    departments.loaded.reload();
  }

  const [open = '', act = ''] = rest.split('/');
  return (
    <TablePage
      title={words.title}
      total={list.total}
      chosen={chosen.length}
      onClearSelection={() => setSelection(none)}
      actions={
        <>
          {may(session, 'directoryVisibility', 'view') && (
            <a className="button plain" href={api.fileUrl('/members/export')} download>
              {words.exportAll}
            </a>
          )}
          {manage && (
            <>
              <a className="button" href="#/import">
                {words.importMany}
              </a>
              <AddButton label={words.add} onPress={() => go('add')} />
            </>
          )}
        </>
      }
      filters={
        <>
          <MemberFilterBar
            value={filters}
            onChange={next => {
              setFilters(next);
              setSelection(none);
            }}
            departments={phone ? departments : null}
            department={department}
            onDepartment={setDepartment}
          />
          {phone && (
            <ManageDepartments
              departments={departments}
              chosen={department === null ? undefined : departments.byId.get(department)}
              onChoose={setDepartment}
              onQuotaJob={setJob}
            />
          )}
        </>
      }
      bulk={
        manage && (
          <BulkActions
            chosen={chosen}
            departments={departments}
            onQuotaJob={setJob}
            onDone={() => {
              setSelection(none);
              changed();
            }}
          />
        )
      }
    >
      {job && (
        <QuotaJob
          key={job.id}
          job={job}
          onEnd={() => {
            setJob(null);
            setSelection(none);
            changed();
          }}
        />
      )}
      <div className="people-panes">
        {!phone && (
          <div className="people-side">
            <DepartmentTree
              departments={departments}
              chosen={department}
              onChoose={id => {
                setDepartment(id);
                setSelection(none);
              }}
            />
            <ManageDepartments
              departments={departments}
              chosen={department === null ? undefined : departments.byId.get(department)}
              onChoose={setDepartment}
              onQuotaJob={setJob}
            />
          </div>
        )}
        <DataTable
          name="members"
          label={words.title}
          list={list}
          columns={memberColumns({ use, departments, time, texts, factor: filters.secondFactor !== '' })}
          keyOf={({ id }) => `${id}`}
          nameOf={({ name, address }) => name || address}
          empty={words.empty}
          emptyAction={manage && <AddButton again label={words.add} onPress={() => go('add')} />}
          filtered={filtered}
          onClearFilters={() => {
            setFilters(noFilters);
            setDepartment(null);
          }}
          onOpen={({ id }) => go(`${id}`)}
          {...(manage ? { selection, onSelection: setSelection } : {})}
        />
      </div>
      {open === 'add' && manage && (
        <AddMember
          departments={departments}
          department={department}
          onClose={() => go('')}
          onDone={changed}
        />
      )}
      {/^\d+$/.test(open) &&
        (act === 'leave' ? (
          <LeaverDrawer key={open} id={Number(open)} onClose={() => go('')} onDone={changed} />
        ) : (
          <MemberDrawer
            key={open}
            id={Number(open)}
            departments={departments}
            onClose={() => go('')}
            onLeave={() => go(`${open}/leave`)}
            onChanged={changed}
          />
        ))}
    </TablePage>
  );
}
