import { logsEn } from './logs/en.ts';
import { shellEn } from './shell/en.ts';
import type { ConsolePhrases } from './zh.ts';

/** Texts of the administrator's console, English (British, sentence case). */
export const consoleEn: ConsolePhrases = {
  logs: logsEn,
  shell: shellEn,
};
