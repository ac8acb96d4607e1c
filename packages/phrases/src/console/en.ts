import { companyEn } from './company/en.ts';
import { domainsEn } from './domains/en.ts';
import { findEn } from './find/en.ts';
import { logsEn } from './logs/en.ts';
import { securityEn } from './security/en.ts';
import { sharingEn } from './sharing/en.ts';
import { shellEn } from './shell/en.ts';
import type { ConsolePhrases } from './zh.ts';

/** Texts of the administrator's console, English (British, sentence case). */
export const consoleEn: ConsolePhrases = {
  domains: domainsEn,
  sharing: sharingEn,
  security: securityEn,
  company: companyEn,
  find: findEn,
  logs: logsEn,
  shell: shellEn,
};
