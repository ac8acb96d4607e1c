import { type FormEvent, type ReactElement, type ReactNode, useState } from 'react';
import { Dialog } from '../../../../ui/dialog.tsx';
import { OneOf } from '../../../kit/choices.tsx';
import { explainProblem, fieldProblems } from '../../../kit/explain.ts';
import { TextField } from '../../../kit/field.tsx';
import { useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import type { Department } from '../types.ts';
import type { Departments } from '../use-departments.ts';
import { DepartmentSelect } from './select.tsx';

interface DialogProps {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

interface AskProps extends DialogProps {
  readonly title: string;
  readonly verb: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Left out: nothing is told. */
  readonly told?: string;
  readonly work: () => Promise<unknown>;
  readonly children: ReactNode | ((problems: Readonly<Record<string, string>>) => ReactNode);
}

/** A small form in a dialog: sends, says what is wrong inside, tells when it worked. */
export function Ask(props: AskProps): ReactElement {
  const { toasts } = useConsole();
  const texts = useConsoleTexts();
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const problems = fieldProblems(failure, texts);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    props.work().then(
      () => {
        if (props.told) toasts.show({ text: props.told, stayMs: 4000 });
        props.onDone();
        props.onClose();
      },
      (error: unknown) => {
        setBusy(false);
        setFailure(error);
      },
    );
  }

  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form onSubmit={submit}>
        {typeof props.children === 'function' ? props.children(problems) : props.children}
        {failure !== null && Object.keys(problems).length === 0 && (
          <p className="form-failure" role="alert">
            {explainProblem(failure, texts)}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={props.onClose}>
            {texts.shell.cancel}
          </button>
          <button
            type="submit"
            className={props.danger ? 'button danger' : 'button primary'}
            disabled={busy || props.disabled}
          >
            {props.verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** A new department, or another name for one. */
export function NameDepartment({
  departments,
  parent,
  renamed,
  ...rest
}: DialogProps & {
  readonly departments: Departments;
  readonly parent?: Department | undefined;
  readonly renamed?: Department;
}): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().people.departments;
  const [name, setName] = useState(renamed?.name ?? '');
  const [parentId, setParentId] = useState(parent?.id ?? 0);
  return (
    <Ask
      {...rest}
      title={renamed ? words.rename : words.add}
      verb={renamed ? words.rename : words.add}
      told={renamed ? words.renamed : words.added(name.trim())}
      disabled={name.trim() === ''}
      work={() =>
        renamed
          ? api.patch(`/departments/${renamed.id}`, { name: name.trim() })
          : api.post('/departments', { name: name.trim(), parentId: parentId || null })
      }
    >
      {problems => (
        <>
          <TextField
            label={words.name}
            value={name}
            maxLength={64}
            autoFocus
            problem={problems['name']}
            onChange={setName}
          />
          {!renamed && (
            <DepartmentSelect
              label={words.parent}
              departments={departments}
              value={parentId}
              none={words.top}
              onChange={setParentId}
            />
          )}
        </>
      )}
    </Ask>
  );
}

/** Another place in the tree. */
export function MoveDepartment({
  departments,
  department,
  ...rest
}: DialogProps & { readonly departments: Departments; readonly department: Department }): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().people.departments;
  const [parentId, setParentId] = useState(department.parentId ?? 0);
  return (
    <Ask
      {...rest}
      title={`${words.move}: ${department.name}`}
      verb={words.move}
      told={words.moved}
      work={() => api.patch(`/departments/${department.id}`, { parentId: parentId || null })}
    >
      <DepartmentSelect
        label={words.parent}
        departments={departments}
        value={parentId}
        none={words.top}
        without={department.id}
        onChange={setParentId}
      />
    </Ask>
  );
}

/** Whom the people of a department see (DIR-10). */
export function SightOfDepartment({
  department,
  ...rest
}: DialogProps & { readonly department: Department }): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.departments;
  const [view, setView] = useState<'inherit' | 'company' | 'branch'>(department.view ?? 'inherit');
  return (
    <Ask
      {...rest}
      title={words.sightTitle(department.name)}
      verb={texts.shell.save}
      told={texts.shell.saved}
      work={() =>
        api.put(`/departments/${department.id}/visibility`, {
          hidden: department.hidden,
          view: view === 'inherit' ? null : view,
        })
      }
    >
      <OneOf
        label={words.sight}
        value={view}
        choices={[
          { value: 'inherit', label: words.sightInherit },
          { value: 'company', label: words.sightCompany },
          { value: 'branch', label: words.sightBranch },
        ]}
        onChange={setView}
      />
    </Ask>
  );
}

/** Deletes a department; its members go where one says. */
export function RemoveDepartment({
  departments,
  department,
  ...rest
}: DialogProps & { readonly departments: Departments; readonly department: Department }): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().people.departments;
  const [moveTo, setMoveTo] = useState(department.parentId ?? 0);
  const full = departments.below(department.id).length > 0;
  return (
    <Ask
      {...rest}
      title={words.removeTitle(department.name)}
      verb={words.remove}
      danger
      disabled={full}
      told={words.removed(department.name)}
      work={() =>
        api.delete(`/departments/${department.id}`, department.members > 0 ? { moveTo } : undefined)
      }
    >
      {full ? (
        <p>{words.hasChildren}</p>
      ) : (
        department.members > 0 && (
          <DepartmentSelect
            label={words.removeMembers(department.members)}
            departments={departments}
            value={moveTo}
            none={words.removeNowhere}
            without={department.id}
            onChange={setMoveTo}
          />
        )
      )}
    </Ask>
  );
}
