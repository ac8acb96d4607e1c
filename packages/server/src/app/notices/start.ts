import { languageOf } from '@hongyan/phrases/phrases.ts';
import type { FlowAcceptor } from '../../flow/accept.ts';
import type { House } from '../house.ts';
import { type NoticeMailer, startNoticeMailer } from './notice-mail.ts';

/** Starts to mail notices through the house's own flow. */
export function startNotices(house: House, acceptor: FlowAcceptor, hostname: string): NoticeMailer {
  return startNoticeMailer({
    directory: house.directoryContext,
    acceptor,
    hostname,
    language: languageOf(house.language),
    clock: house.clock,
    log: house.log,
  });
}
