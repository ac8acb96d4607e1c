import type { ConsolePhrases } from '@hongyan/phrases/console/zh.ts';
import type { ComponentType } from 'react';

export type GroupKey = keyof ConsolePhrases['shell']['groups'];

/** Groups of the navigation, in their order; one without pages is not shown. */
export const groupOrder: readonly GroupKey[] = [
  'overview',
  'people',
  'domains',
  'rules',
  'find',
  'security',
  'data',
  'migration',
  'shared',
  'company',
];

/** A page of the console. Add one: a line in `consolePages`. */
export interface ConsolePage {
  /** Last part of its address: `/admin#/members`. */
  readonly key: string;
  readonly group: GroupKey;
  /** Function of the API that the administrator needs (`view` shows it); `any`: every administrator. */
  readonly needs: string;
  readonly label: (texts: ConsolePhrases) => string;
  /** Words of settings on the page, for the search. */
  readonly words?: (texts: ConsolePhrases) => readonly string[];
  /** Fetched when the page is first opened. */
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
}

export interface PageProps {
  /** What follows the page in the address, such as the id of what is open in the drawer; empty: nothing. */
  readonly rest: string;
  /** Goes to `rest` of this page. */
  readonly go: (rest: string) => void;
}

export const consolePages: readonly ConsolePage[] = [
  {
    key: 'operations',
    group: 'data',
    needs: 'logs',
    label: texts => texts.logs.operations,
    load: () => import('./pages/logs/operations.tsx'),
  },
];
