import { logsZh } from './logs/zh.ts';
import { shellZh } from './shell/zh.ts';

/** Texts of the administrator's console, Chinese: the source language. Each area has a folder. */
export const consoleZh = {
  logs: logsZh as typeof logsZh,
  shell: shellZh as typeof shellZh,
};

/** Both languages have this shape. */
export type ConsolePhrases = typeof consoleZh;
