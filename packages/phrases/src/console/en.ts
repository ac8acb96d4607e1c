import { binEn } from './bin/en.ts';
import { companyEn } from './company/en.ts';
import { domainsEn } from './domains/en.ts';
import { findEn } from './find/en.ts';
import { importingEn } from './importing/en.ts';
import { logsEn } from './logs/en.ts';
import { noticesEn } from './notices/en.ts';
import { overviewEn } from './overview/en.ts';
import { peopleEn } from './people/en.ts';
import { securityEn } from './security/en.ts';
import { sharingEn } from './sharing/en.ts';
import { shellEn } from './shell/en.ts';
import type { ConsolePhrases } from './zh.ts';

/** Texts of the administrator's console, English (British, sentence case). */
export const consoleEn: ConsolePhrases = {
  overview: overviewEn,
  people: peopleEn,
  importing: importingEn,
  bin: binEn,
  domains: domainsEn,
  sharing: sharingEn,
  security: securityEn,
  company: companyEn,
  find: findEn,
  logs: logsEn,
  notices: noticesEn,
  shell: shellEn,
};
