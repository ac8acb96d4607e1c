import { type ReactElement, useState } from 'react';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import type { Job } from '../../kit/use-job.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { Ask } from './departments/dialogs.tsx';
import { DepartmentSelect } from './departments/select.tsx';
import { QuotaDialog } from './quota-dialog.tsx';
import type { Member } from './types.ts';
import type { Departments } from './use-departments.ts';

/** Members of one request: small enough that the progress moves. */
const atOnce = 50;

interface BulkProps {
  readonly chosen: readonly Member[];
  readonly departments: Departments;
  /** A job began that gives quotas. */
  readonly onQuotaJob: (job: Job) => void;
  /** Reads the list again and forgets the choice. */
  readonly onDone: () => void;
}

/** What can be done with all chosen members at once, with its progress and its undo. */
export function BulkActions({ chosen, departments, onQuotaJob, onDone }: BulkProps): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.bulk;
  const { progress, run, tell } = useBulk(onDone);
  const [moving, setMoving] = useState(false);
  const [sizing, setSizing] = useState(false);

  /** A change that has an opposite: of those for whom it changes something. */
  async function both(
    members: readonly Member[],
    change: (ids: readonly number[], back: boolean) => Promise<unknown>,
    told: (count: number) => string,
  ): Promise<void> {
    const ids = members.map(({ id }) => id);
    const done = await run(ids, atOnce, piece => change(piece, false));
    if (done.length > 0) tell(told(done.length), () => run(done, atOnce, piece => change(piece, true)));
    onDone();
  }

  const disable = (ids: readonly number[], disabled: boolean): Promise<unknown> =>
    api.post(disabled ? '/members/disable' : '/members/enable', { ids });
  const vip = (members: readonly number[], given: boolean): Promise<unknown> =>
    api.post('/members/vip', { vip: given, members });

  async function move(target: number): Promise<void> {
    const name = departments.byId.get(target)?.name ?? texts.people.noDepartment;
    const place = (
      member: Member,
      places: readonly { readonly id: number; readonly main?: boolean }[],
    ): Promise<unknown> => api.patch(`/members/${member.id}`, { departments: places });
    const done = await run(chosen, 1, async ([member]) => {
      if (member) await place(member, target ? [{ id: target, main: true }] : []);
    });
    if (done.length > 0) {
      tell(words.moved(done.length, name), () =>
        run(done, 1, async ([member]) => {
          if (member) await place(member, member.departments);
        }),
      );
    }
    onDone();
  }

  if (progress) return progress;
  const active = chosen.filter(({ disabled }) => !disabled);
  const inactive = chosen.filter(({ disabled }) => disabled);
  const ordinary = chosen.filter(member => !member.vip);
  const seated = chosen.filter(member => member.vip);
  return (
    <>
      <button type="button" className="button plain" onClick={() => setMoving(true)}>
        {words.move}
      </button>
      <button type="button" className="button plain" onClick={() => setSizing(true)}>
        {words.setQuota}
      </button>
      {ordinary.length > 0 && (
        <button
          type="button"
          className="button plain"
          onClick={() => void both(ordinary, (ids, back) => vip(ids, !back), words.gaveVip)}
        >
          {words.giveVip}
        </button>
      )}
      {seated.length > 0 && (
        <button
          type="button"
          className="button plain"
          onClick={() => void both(seated, (ids, back) => vip(ids, back), words.tookVip)}
        >
          {words.takeVip}
        </button>
      )}
      {active.length > 0 && (
        <button
          type="button"
          className="button plain"
          onClick={() => void both(active, (ids, back) => disable(ids, !back), words.disabled)}
        >
          {words.disable}
        </button>
      )}
      {inactive.length > 0 && (
        <button
          type="button"
          className="button plain"
          onClick={() => void both(inactive, (ids, back) => disable(ids, back), words.enabled)}
        >
          {words.enable}
        </button>
      )}
      {sizing && (
        <QuotaDialog
          title={words.quotaTitle(chosen.length)}
          whom={{ members: chosen.map(({ id }) => id) }}
          onFiled={onQuotaJob}
          onClose={() => setSizing(false)}
        />
      )}
      {moving && (
        <MoveMembers
          count={chosen.length}
          departments={departments}
          onClose={() => setMoving(false)}
          onMove={target => {
            setMoving(false);
            void move(target);
          }}
        />
      )}
    </>
  );
}

function MoveMembers({
  count,
  departments,
  onMove,
  onClose,
}: {
  readonly count: number;
  readonly departments: Departments;
  readonly onMove: (target: number) => void;
  readonly onClose: () => void;
}): ReactElement {
  const texts = useConsoleTexts();
  const words = texts.people;
  const [target, setTarget] = useState(0);
  return (
    <Ask
      title={words.bulk.moveTitle(count)}
      verb={words.bulk.move}
      work={async () => onMove(target)}
      onDone={() => undefined}
      onClose={onClose}
    >
      <DepartmentSelect
        label={words.columns.department}
        hint={words.bulk.moveHint}
        departments={departments}
        value={target}
        none={words.noDepartment}
        onChange={setTarget}
      />
    </Ask>
  );
}
