import { useEffect, useState } from 'react';
import { useConsole } from '../session.ts';

/** Long work on the server: it goes on whether anybody looks or not. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly total: number;
  readonly done: number;
  readonly error: string | null;
}

const everyMs = 1500;

export function isOpen({ state }: Pick<Job, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

/** Follows a job until it ends; null before the first answer or without one. */
export function useJob(id: number | null): Job | null {
  const { api } = useConsole();
  const [job, setJob] = useState<Job | null>(null);
  useEffect(() => {
    if (id === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wanted = true;
    const look = (): void => {
      api.get<Job>(`/jobs/${id}`).then(
        found => {
          if (!wanted) return;
          setJob(found);
          if (isOpen(found)) timer = setTimeout(look, everyMs);
        },
        () => {
          if (wanted) timer = setTimeout(look, everyMs * 4);
        },
      );
    };
    look();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [api, id]);
  return job;
}
