import { binZh } from './bin/zh.ts';
import { companyZh } from './company/zh.ts';
import { domainsZh } from './domains/zh.ts';
import { findZh } from './find/zh.ts';
import { importingZh } from './importing/zh.ts';
import { logsZh } from './logs/zh.ts';
import { noticesZh } from './notices/zh.ts';
import { overviewZh } from './overview/zh.ts';
import { peopleZh } from './people/zh.ts';
import { securityZh } from './security/zh.ts';
import { sharingZh } from './sharing/zh.ts';
import { shellZh } from './shell/zh.ts';

/** Texts of the administrator's console, Chinese: the source language. Each area has a folder. */
export const consoleZh = {
  overview: overviewZh as typeof overviewZh,
  people: peopleZh as typeof peopleZh,
  importing: importingZh as typeof importingZh,
  bin: binZh as typeof binZh,
  domains: domainsZh as typeof domainsZh,
  sharing: sharingZh as typeof sharingZh,
  security: securityZh as typeof securityZh,
  company: companyZh as typeof companyZh,
  find: findZh as typeof findZh,
  logs: logsZh as typeof logsZh,
  notices: noticesZh as typeof noticesZh,
  shell: shellZh as typeof shellZh,
};

/** Both languages have this shape. */
export type ConsolePhrases = typeof consoleZh;
