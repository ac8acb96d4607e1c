import { useCallback, useEffect, useRef, useState } from 'react';

/** Something that a page reads once, and again on demand. */
export interface Loaded<Value> {
  /** Null until the first answer. */
  readonly value: Value | null;
  readonly failure: unknown;
  readonly loading: boolean;
  /** Reads again; what is shown stays until the answer is there. */
  readonly reload: () => void;
  /** Shows what the server answered to a change. */
  readonly set: (value: Value) => void;
}

/** Reads a value. `read` must be stable (useCallback); when it changes, it is read anew and late answers are dropped. */
export function useLoaded<Value>(read: () => Promise<Value>): Loaded<Value> {
  const [state, setState] = useState<{ value: Value | null; failure: unknown; loading: boolean }>({
    value: null,
    failure: null,
    loading: true,
  });
  const round = useRef(0);
  const load = useCallback((): void => {
    round.current += 1;
    const mine = round.current;
    setState(before => ({ ...before, loading: true }));
    read().then(
      value => {
        if (mine === round.current) setState({ value, failure: null, loading: false });
      },
      (failure: unknown) => {
        if (mine === round.current) setState(before => ({ ...before, failure, loading: false }));
      },
    );
  }, [read]);
  useEffect(() => {
    load();
    return () => {
      round.current += 1;
    };
  }, [load]);
  const set = useCallback((value: Value): void => {
    round.current += 1;
    setState({ value, failure: null, loading: false });
  }, []);
  return { ...state, reload: load, set };
}
