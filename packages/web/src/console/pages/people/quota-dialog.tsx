import { type ReactElement, useState } from 'react';
import { capacityBytes } from '../../kit/capacity.ts';
import { TextField } from '../../kit/field.tsx';
import type { Job } from '../../kit/use-job.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { Ask } from './departments/dialogs.tsx';

/** For whom: some members, or all of a department and of those below it. */
export type QuotaFor = { readonly members: readonly number[] } | { readonly departments: readonly number[] };

/** 设置容量 for many at once (MBX-05): the server works through them in a job. */
export function QuotaDialog({
  title,
  whom,
  onFiled,
  onClose,
}: {
  readonly title: string;
  readonly whom: QuotaFor;
  readonly onFiled: (job: Job) => void;
  readonly onClose: () => void;
}): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().people;
  const [text, setText] = useState('');
  const bytes = capacityBytes(text);
  return (
    <Ask
      title={title}
      verb={words.bulk.setQuota}
      disabled={bytes === undefined}
      work={async () => {
        onFiled(await api.post<Job>('/members/quota', { quotaBytes: bytes ?? null, ...whom }));
      }}
      onDone={() => undefined}
      onClose={onClose}
    >
      <TextField
        label={words.member.quota}
        hint={words.bulk.quotaHint}
        value={text}
        autoFocus
        problem={bytes === undefined ? words.member.quotaBad : undefined}
        onChange={setText}
      />
    </Ask>
  );
}
