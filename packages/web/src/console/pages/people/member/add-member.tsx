import { type FormEvent, type ReactElement, useId, useState } from 'react';
import { OneOf } from '../../../kit/choices.tsx';
import { Drawer } from '../../../kit/drawer.tsx';
import { explainProblem, fieldProblems } from '../../../kit/explain.ts';
import { TextField } from '../../../kit/field.tsx';
import { ShownOnce } from '../../../kit/shown-once.tsx';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { DepartmentSelect } from '../departments/select.tsx';
import type { Member } from '../types.ts';
import { calledName } from '../types.ts';
import type { Departments } from '../use-departments.ts';
import { type MadeLink, makeActivationLink, SendToField, ShownLink } from './activation-link.tsx';
import { AddressField, useDomainNames } from './address-field.tsx';
import { makePassword } from './password.ts';
import type { Suggestion } from './use-suggestion.ts';

interface AddProps {
  readonly departments: Departments;
  /** The one that is open in the tree. */
  readonly department: number | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

interface Draft {
  readonly name: string;
  readonly local: string;
  readonly domain: string;
  readonly department: number;
  readonly mobile: string;
  readonly jobTitle: string;
  readonly password: 'link' | 'generate' | 'later';
  readonly sendTo: string;
}

/** Who was added, and how they get in. */
interface Made {
  readonly member: Member;
  readonly password: string | null;
  readonly link: MadeLink | null;
}

/** 添加成员: prefix from pinyin, checked while one types; a first password that is shown once. */
export function AddMember({ departments, department, onClose, onDone }: AddProps): ReactElement {
  const { api, session, toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.member;
  const form = useId();
  const domains = useDomainNames();
  const scopedTo = session.administrator?.departments;
  const empty: Draft = {
    name: '',
    local: '',
    domain: '',
    department: department ?? (scopedTo ? (departments.ordered[0]?.department.id ?? 0) : 0),
    mobile: '',
    jobTitle: '',
    password: 'link',
    sendTo: '',
  };
  const [draft, setDraft] = useState(empty);
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const problems = fieldProblems(failure, texts);
  const domain = draft.domain || (domains[0] ?? '');
  const set = (change: Partial<Draft>): void => setDraft(before => ({ ...before, ...change }));

  async function add(): Promise<void> {
    let { local } = draft;
    const generated = local === '';
    if (generated) {
      const found = await api.get<Suggestion>('/address-suggestion', { name: draft.name.trim(), domain });
      local = found.address.slice(0, found.address.lastIndexOf('@'));
    }
    const password = draft.password === 'generate' ? makePassword() : null;
    const member = await api.post<Member>('/members', {
      name: draft.name.trim(),
      address: `${local}@${domain}`,
      generatedAddress: generated,
      ...(draft.department ? { departments: [{ id: draft.department, main: true }] } : {}),
      ...(draft.mobile.trim() ? { mobile: draft.mobile.trim() } : {}),
      ...(draft.jobTitle.trim() ? { jobTitle: draft.jobTitle.trim() } : {}),
      ...(password === null ? {} : { password }),
    });
    let link: MadeLink | null = null;
    if (draft.password === 'link') {
      // The member is there: a link that fails must not look as if nobody was added.
      link = await makeActivationLink(api, member.id, draft.sendTo).catch((error: unknown) => {
        toasts.show({ text: `${words.link.failed} ${explainProblem(error, texts)}`, tone: 'error' });
        return null;
      });
    }
    setMade({ member, password, link });
    onDone();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure(null);
    add()
      .catch(setFailure)
      .finally(() => setBusy(false));
  }

  if (made) {
    return (
      <Drawer
        title={words.add.done(calledName(made.member))}
        onClose={onClose}
        actions={
          <>
            <button
              type="button"
              className="button"
              onClick={() => {
                setMade(null);
                setDraft({ ...empty, domain, department: draft.department });
              }}
            >
              {words.add.another}
            </button>
            <button type="button" className="button primary" onClick={onClose}>
              {texts.shell.done}
            </button>
          </>
        }
      >
        <p className="made-address">{made.member.address}</p>
        <p className="meta">{words.add.doneHint}</p>
        {made.link && <ShownLink made={made.link} />}
        {made.password !== null && <ShownOnce text={made.password} hint={words.passwordOnce} />}
      </Drawer>
    );
  }
  return (
    <Drawer
      title={words.add.title}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {texts.shell.cancel}
          </button>
          <button
            type="submit"
            form={form}
            className="button primary"
            disabled={busy || draft.name.trim() === ''}
          >
            {words.add.do}
          </button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <TextField
          label={words.name}
          value={draft.name}
          maxLength={200}
          autoFocus
          required
          problem={problems['name']}
          onChange={name => set({ name })}
        />
        <AddressField
          label={words.add.prefix}
          hint={words.add.prefixHint}
          name={draft.name}
          local={draft.local}
          domain={domain}
          domains={domains}
          problem={problems['address']}
          onChange={(local, next) => set({ local, domain: next })}
        />
        <DepartmentSelect
          label={words.add.department}
          departments={departments}
          value={draft.department}
          {...(scopedTo ? {} : { none: texts.people.noDepartment })}
          onChange={id => set({ department: id })}
        />
        <TextField
          label={words.add.optional(words.mobile)}
          type="tel"
          value={draft.mobile}
          maxLength={100}
          problem={problems['mobile']}
          onChange={mobile => set({ mobile })}
        />
        <TextField
          label={words.add.optional(words.jobTitle)}
          value={draft.jobTitle}
          maxLength={100}
          problem={problems['jobTitle']}
          onChange={jobTitle => set({ jobTitle })}
        />
        <OneOf
          label={words.add.password}
          value={draft.password}
          choices={[
            { value: 'link', label: words.link.invite, hint: words.link.inviteHint },
            { value: 'generate', label: words.add.generate },
            { value: 'later', label: words.add.later },
          ]}
          onChange={password => set({ password })}
        />
        {draft.password === 'link' && (
          <SendToField value={draft.sendTo} onChange={sendTo => set({ sendTo })} />
        )}
        {may(session, 'invitations', 'manage') && (
          <p className="meta form-note">
            {words.add.invite} <a href="#/invitations">{words.add.inviteLink}</a>
          </p>
        )}
        {failure !== null && Object.keys(problems).length === 0 && (
          <p className="form-failure" role="alert">
            {explainProblem(failure, texts)}
          </p>
        )}
      </form>
    </Drawer>
  );
}
