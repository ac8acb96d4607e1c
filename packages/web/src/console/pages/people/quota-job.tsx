import { type ReactElement, useEffect, useRef } from 'react';
import { isOpen, type Job, useJob } from '../../kit/use-job.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

/** How far the giving of quotas has come, until it ends; what came of it is told. */
export function QuotaJob({
  job: filed,
  onEnd,
}: {
  readonly job: Job;
  readonly onEnd: () => void;
}): ReactElement {
  const { api, toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.bulk;
  const job = useJob(filed.id) ?? filed;
  const told = useRef(false);
  useEffect(() => {
    if (isOpen(job) || told.current) return;
    told.current = true;
    if (job.state === 'done') toasts.show({ text: words.quotaSet(job.total), stayMs: 6000 });
    else
      toasts.show({
        text: `${texts.shell.bulk.stopped(job.done, job.total)}${job.error ?? ''}`,
        tone: 'error',
      });
    onEnd();
  });
  return (
    <div className="row job-line" role="status">
      <progress className="bulk-progress" value={job.done} max={Math.max(job.total, 1)} aria-hidden="true" />
      <span>{texts.shell.bulk.running(job.done, job.total)}</span>
      <button type="button" className="button plain" onClick={() => void api.post(`/jobs/${job.id}/cancel`)}>
        {texts.shell.bulk.stop}
      </button>
    </div>
  );
}
