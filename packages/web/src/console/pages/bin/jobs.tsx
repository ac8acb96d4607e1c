import { type ReactElement, useEffect, useState } from 'react';
import type { Page } from '../../api.ts';
import { useAction } from '../../kit/use-action.ts';
import { isOpen, type Job } from '../../kit/use-job.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

const shownJobs = 20;
const everyMs = 1500;

/**
 * Work under way, with its progress, as long as there is any, and what ended while one looked on. `signal` rises when a
 * new job was filed.
 */
export function Jobs({ signal }: { readonly signal: number }): ReactElement | null {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.bin.recycle;
  const act = useAction();
  const [jobs, setJobs] = useState<readonly Job[]>([]);
  const [seen, setSeen] = useState<ReadonlySet<number>>(new Set());
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      api.get<Page<Job>>('/jobs', { limit: shownJobs }).then(
        ({ items }) => {
          if (!wanted) return;
          setJobs(items);
          const open = items.filter(isOpen);
          setSeen(before => new Set([...before, ...open.map(({ id }) => id)]));
          if (open.length > 0) timer = setTimeout(look, everyMs);
        },
        () => undefined,
      );
    };
    look();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [api, signal, again]);
  const shown = jobs.filter(job => seen.has(job.id));
  if (shown.length === 0) return null;
  const manage = may(session, 'recycleBin', 'manage');
  const dismiss = (id: number): void => setSeen(before => new Set([...before].filter(other => other !== id)));

  return (
    <section className="job-list" aria-label={words.jobs} aria-live="polite">
      {shown.map(job => (
        <div key={job.id} className="row">
          <span>{(words.job as Readonly<Record<string, string>>)[job.kind] ?? words.jobOther}</span>
          <span className="meta">{words.jobState[job.state]}</span>
          {isOpen(job) && job.total > 0 && (
            <>
              <progress className="bulk-progress" value={job.done} max={job.total} aria-hidden="true" />
              <span className="meta">{texts.shell.progress(job.done, job.total)}</span>
            </>
          )}
          <span className="grow" />
          {manage && isOpen(job) && (
            <button
              type="button"
              className="button plain"
              onClick={() =>
                void act(api.post(`/jobs/${job.id}/cancel`)).then(() => setAgain(value => value + 1))
              }
            >
              {words.jobCancel}
            </button>
          )}
          {manage && (job.state === 'failed' || job.state === 'cancelled') && (
            <button
              type="button"
              className="button plain"
              onClick={() =>
                void act(api.post(`/jobs/${job.id}/retry`)).then(() => setAgain(value => value + 1))
              }
            >
              {words.jobRetry}
            </button>
          )}
          {!isOpen(job) && (
            <button type="button" className="button plain" onClick={() => dismiss(job.id)}>
              {words.jobDismiss}
            </button>
          )}
        </div>
      ))}
    </section>
  );
}
