import { type ReactElement, useCallback, useState } from 'react';
import { OneOf } from '../../../kit/choices.tsx';
import { Drawer } from '../../../kit/drawer.tsx';
import { explainProblem } from '../../../kit/explain.ts';
import { LoadState } from '../../../kit/load-state.tsx';
import { PeoplePicker, type Person } from '../../../kit/pickers.tsx';
import { useJob } from '../../../kit/use-job.ts';
import { useLoaded } from '../../../kit/use-loaded.ts';
import { useTime } from '../../../kit/use-time.ts';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { calledName, type Member } from '../types.ts';
import type { AccountSignIn } from './sign-in-section.tsx';

interface LeaverProps {
  readonly id: number;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

interface Offboarded {
  readonly job: number | null;
  readonly addresses: readonly string[];
  readonly restorableUntil: string;
}

/** 办理离职 (MBX-11): who takes over, what becomes of old and new mail, and what will happen before it does. */
export function LeaverDrawer({ id, onClose, onDone }: LeaverProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.member.leaving;
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [mail, setMail] = useState<'copy' | 'keep'>('copy');
  const [incoming, setIncoming] = useState<'forward' | 'refuse'>('forward');
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Offboarded | null>(null);
  const signInSeen = may(session, 'signIn', 'view');
  const loaded = useLoaded(
    useCallback(async () => {
      const member = await api.get<Member>(`/members/${id}`);
      const signIn = signInSeen ? await api.get<AccountSignIn>(`/sign-in/accounts/${id}`) : null;
      return { member, signIn };
    }, [api, id, signInSeen]),
  );
  const member = loaded.value?.member;
  const [successor] = people;
  const needed = mail === 'copy' || incoming === 'forward';
  const allowed = may(session, 'recycleBin', 'manage');
  const name = member ? calledName(member) : '';

  function submit(): void {
    if (busy || (needed && !successor)) return;
    setBusy(true);
    setFailure(null);
    api
      .post<Offboarded>(`/members/${id}/offboard`, {
        mail,
        incoming,
        ...(successor ? { successor: successor.id } : {}),
        ...(mail === 'copy' ? { folder: words.folder(name).slice(0, 60) } : {}),
      })
      .then(
        answer => {
          setDone(answer);
          onDone();
        },
        (error: unknown) => setFailure(error),
      )
      .finally(() => setBusy(false));
  }

  if (done) {
    return (
      <Drawer
        title={words.done(name)}
        onClose={onClose}
        actions={
          <>
            <a className="button" href="#/recycle-bin">
              {words.toBin}
            </a>
            <button type="button" className="button primary" onClick={onClose}>
              {texts.shell.done}
            </button>
          </>
        }
      >
        <Outcome done={done} successor={successor} />
      </Drawer>
    );
  }
  return (
    <Drawer
      title={member ? words.title(name) : ''}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {texts.shell.cancel}
          </button>
          <button
            type="button"
            className="button danger"
            disabled={busy || !member || !allowed || (needed && !successor)}
            onClick={submit}
          >
            {words.do}
          </button>
        </>
      }
    >
      <LoadState of={loaded} />
      {!allowed && <p role="alert">{words.binRight}</p>}
      {member && (
        <>
          <p className="meta">{member.address}</p>
          <PeoplePicker
            label={words.successor}
            hint={words.successorHint}
            single
            value={people}
            onChange={chosen => setPeople(chosen.filter(person => person.id !== id))}
          />
          <OneOf
            label={words.mail}
            value={mail}
            choices={[
              { value: 'copy', label: words.copy(name) },
              { value: 'keep', label: words.keep },
            ]}
            onChange={setMail}
          />
          <OneOf
            label={words.incoming}
            value={incoming}
            choices={[
              { value: 'forward', label: words.forward },
              { value: 'refuse', label: words.refuse },
            ]}
            onChange={setIncoming}
          />
          <section className="drawer-section" aria-label={words.effects}>
            <h3>{words.effects}</h3>
            {needed && !successor ? (
              <p>{words.needSuccessor}</p>
            ) : (
              <Effects
                member={member}
                signIn={loaded.value?.signIn ?? null}
                successor={successor}
                mail={mail}
                incoming={incoming}
              />
            )}
          </section>
          {failure !== null && (
            <p className="form-failure" role="alert">
              {explainProblem(failure, texts)}
            </p>
          )}
        </>
      )}
    </Drawer>
  );
}

function Effects({
  member,
  signIn,
  successor,
  mail,
  incoming,
}: {
  readonly member: Member;
  readonly signIn: AccountSignIn | null;
  readonly successor: Person | undefined;
  readonly mail: 'copy' | 'keep';
  readonly incoming: 'forward' | 'refuse';
}): ReactElement {
  const texts = useConsoleTexts();
  const words = texts.people.member.leaving;
  const addresses = [member.address, ...member.aliases].join(', ');
  const to = successor ? calledName(successor) : '';
  return (
    <ul className="effects">
      <li>{words.effectSignOut(signIn?.sessions ?? 0)}</li>
      {signIn && signIn.clientPasswords.length > 0 && (
        <li>{words.effectPasswords(signIn.clientPasswords.length)}</li>
      )}
      <li>{incoming === 'forward' ? words.effectForward(addresses, to) : words.effectRefuse(addresses)}</li>
      <li>{mail === 'copy' ? words.effectCopy(to) : words.effectKeep}</li>
      <li>{words.effectBin}</li>
    </ul>
  );
}

function Outcome({
  done,
  successor,
}: {
  readonly done: Offboarded;
  readonly successor: Person | undefined;
}): ReactElement {
  const words = useConsoleTexts().people.member.leaving;
  const time = useTime();
  const job = useJob(done.job);
  return (
    <ul className="effects">
      {done.addresses.length > 0 && successor && (
        <li>{words.doneAddresses(done.addresses.join(', '), calledName(successor))}</li>
      )}
      {done.job !== null && (
        <li aria-live="polite">
          {job?.state === 'done'
            ? words.copied(job.done)
            : job?.state === 'failed' || job?.state === 'cancelled'
              ? words.copyFailed
              : words.copying(job?.done ?? 0, job?.total ?? 0)}
          {job && job.total > 0 && (
            <progress className="job-progress" value={job.done} max={job.total} aria-hidden="true" />
          )}
        </li>
      )}
      <li>{words.restorable(time(done.restorableUntil))}</li>
    </ul>
  );
}
