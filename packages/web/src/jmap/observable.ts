import { useSyncExternalStore } from 'react';

/** Something that changes and tells: components read it with `useObserved`. */
export class Observable {
  #version = 0;
  readonly #listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  version = (): number => this.#version;

  protected changed(): void {
    this.#version += 1;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

/** Renders again whenever `observable` changes; returns it. */
export function useObserved<T extends Observable>(observable: T): T {
  useSyncExternalStore(observable.subscribe, observable.version);
  return observable;
}
