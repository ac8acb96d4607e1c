import type { ReactElement } from 'react';
import { capacityBytes } from '../../kit/capacity.ts';
import { TextField } from '../../kit/field.tsx';
import { DepartmentPicker, PeoplePicker, type Person, TagPicker } from '../../kit/pickers.tsx';
import { useConsoleTexts } from '../../texts.ts';

export interface MailboxDraft {
  readonly address: string;
  readonly displayName: string;
  readonly users: readonly Person[];
  readonly departments: readonly number[];
  readonly tags: readonly number[];
  /** GB as it is typed; empty: as the edition says. */
  readonly capacity: string;
}

/** What the API takes of a draft. */
export function mailboxBody(draft: MailboxDraft): Record<string, unknown> {
  return {
    displayName: draft.displayName.trim(),
    users: draft.users.map(({ id }) => id),
    departments: draft.departments,
    tags: draft.tags,
    quotaBytes: capacityBytes(draft.capacity) ?? null,
  };
}

/** The fields that making and changing a public mailbox share. */
export function MailboxForm({
  draft,
  problems,
  onChange,
}: {
  readonly draft: MailboxDraft;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (draft: MailboxDraft) => void;
}): ReactElement {
  const words = useConsoleTexts().sharing.mailboxes;
  return (
    <>
      <TextField
        label={words.name}
        value={draft.displayName}
        maxLength={200}
        problem={problems['displayName']}
        onChange={displayName => onChange({ ...draft, displayName })}
      />
      <PeoplePicker
        label={words.users}
        hint={words.usersHint}
        value={draft.users}
        onChange={users => onChange({ ...draft, users })}
      />
      <DepartmentPicker
        whole
        hint={words.departmentsHint}
        value={draft.departments}
        onChange={departments => onChange({ ...draft, departments })}
      />
      <TagPicker value={draft.tags} onChange={tags => onChange({ ...draft, tags })} />
      <TextField
        label={words.capacity}
        hint={words.capacityHint}
        type="number"
        value={draft.capacity}
        problem={problems['quotaBytes']}
        onChange={capacity => onChange({ ...draft, capacity })}
      />
    </>
  );
}
