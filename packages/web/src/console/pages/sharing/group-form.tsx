import type { ReactElement } from 'react';
import { OneOf } from '../../kit/choices.tsx';
import { TextField } from '../../kit/field.tsx';
import { DepartmentPicker, PeoplePicker, type Person, TagPicker } from '../../kit/pickers.tsx';
import { TextArea } from '../../kit/text-area.tsx';
import { useConsoleTexts } from '../../texts.ts';
import type { Posting } from './groups.tsx';

export interface GroupDraft {
  readonly address: string;
  readonly displayName: string;
  /** One address a line. */
  readonly members: string;
  readonly departments: readonly number[];
  readonly tags: readonly number[];
  readonly posting: Posting;
  readonly senders: string;
  readonly senderDepartments: readonly number[];
  readonly senderTags: readonly number[];
  readonly representatives: readonly Person[];
}

const postings: readonly Posting[] = ['company', 'members', 'anyone', 'listed'];

/** Name, members of every kind, who may send, who may send as the group (GRP-01, GRP-03, GRP-04, GRP-05). */
export function GroupForm({
  draft,
  problems,
  onChange,
}: {
  readonly draft: GroupDraft;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (draft: GroupDraft) => void;
}): ReactElement {
  const words = useConsoleTexts().sharing.groups;
  return (
    <>
      <TextField
        label={words.name}
        value={draft.displayName}
        maxLength={200}
        problem={problems['displayName']}
        onChange={displayName => onChange({ ...draft, displayName })}
      />
      <TextArea
        label={words.members}
        hint={words.membersHint}
        rows={5}
        value={draft.members}
        problem={problems['members']}
        onChange={members => onChange({ ...draft, members })}
      />
      <DepartmentPicker
        whole
        hint={words.departmentsHint}
        value={draft.departments}
        onChange={departments => onChange({ ...draft, departments })}
      />
      <TagPicker value={draft.tags} onChange={tags => onChange({ ...draft, tags })} />
      <OneOf
        label={words.posting}
        value={draft.posting}
        choices={postings.map(value => ({ value, label: words.postings[value] }))}
        onChange={posting => onChange({ ...draft, posting })}
      />
      {draft.posting === 'listed' && (
        <>
          <TextArea
            label={words.senders}
            hint={words.sendersHint}
            rows={3}
            value={draft.senders}
            problem={problems['senders']}
            onChange={senders => onChange({ ...draft, senders })}
          />
          <DepartmentPicker
            whole
            label={words.senderDepartments}
            value={draft.senderDepartments}
            onChange={senderDepartments => onChange({ ...draft, senderDepartments })}
          />
          <TagPicker
            label={words.senderTags}
            value={draft.senderTags}
            onChange={senderTags => onChange({ ...draft, senderTags })}
          />
        </>
      )}
      <PeoplePicker
        label={words.representatives}
        hint={words.representativesHint}
        value={draft.representatives}
        onChange={representatives => onChange({ ...draft, representatives })}
      />
    </>
  );
}
