import type { Command } from './command.ts';
import { create } from './commands/mailboxes/create.ts';
import { deleteCommand } from './commands/mailboxes/delete.ts';
import { getquota } from './commands/mailboxes/getquota.ts';
import { getquotaroot } from './commands/mailboxes/getquotaroot.ts';
import { list } from './commands/mailboxes/list.ts';
import { lsub } from './commands/mailboxes/lsub.ts';
import { myrights } from './commands/mailboxes/myrights.ts';
import { namespace } from './commands/mailboxes/namespace.ts';
import { rename } from './commands/mailboxes/rename.ts';
import { status } from './commands/mailboxes/status.ts';
import { subscribe } from './commands/mailboxes/subscribe.ts';
import { unsubscribe } from './commands/mailboxes/unsubscribe.ts';
import { append } from './commands/messages/append.ts';
import { cancelupdate } from './commands/messages/cancelupdate.ts';
import { check } from './commands/messages/check.ts';
import { close } from './commands/messages/close.ts';
import { copy } from './commands/messages/copy.ts';
import { esearch } from './commands/messages/esearch.ts';
import { examine } from './commands/messages/examine.ts';
import { expunge } from './commands/messages/expunge.ts';
import { fetch } from './commands/messages/fetch.ts';
import { move } from './commands/messages/move.ts';
import { replace } from './commands/messages/replace.ts';
import { search } from './commands/messages/search.ts';
import { select } from './commands/messages/select.ts';
import { sort } from './commands/messages/sort.ts';
import { store } from './commands/messages/store.ts';
import { thread } from './commands/messages/thread.ts';
import { unselect } from './commands/messages/unselect.ts';
import { authenticate } from './commands/session/authenticate.ts';
import { capability } from './commands/session/capability.ts';
import { comparator } from './commands/session/comparator.ts';
import { compress } from './commands/session/compress.ts';
import { enable } from './commands/session/enable.ts';
import { id } from './commands/session/id.ts';
import { idle } from './commands/session/idle.ts';
import { language } from './commands/session/language.ts';
import { login } from './commands/session/login.ts';
import { logout } from './commands/session/logout.ts';
import { noop } from './commands/session/noop.ts';
import { notify } from './commands/session/notify.ts';
import { starttls } from './commands/session/starttls.ts';
import { unauthenticate } from './commands/session/unauthenticate.ts';
import { deleteacl } from './commands/sharing/deleteacl.ts';
import { getacl } from './commands/sharing/getacl.ts';
import { getmetadata } from './commands/sharing/getmetadata.ts';
import { listrights } from './commands/sharing/listrights.ts';
import { setacl } from './commands/sharing/setacl.ts';
import { setmetadata } from './commands/sharing/setmetadata.ts';

/** Every command this server speaks. To add one: its file, its line here, a conversation test, its RFC in specs/. */
export const imapCommands: readonly Command[] = [
  append,
  authenticate,
  cancelupdate,
  capability,
  check,
  close,
  comparator,
  compress,
  copy,
  create,
  deleteacl,
  deleteCommand,
  enable,
  esearch,
  examine,
  expunge,
  fetch,
  getacl,
  getmetadata,
  getquota,
  getquotaroot,
  id,
  idle,
  language,
  list,
  listrights,
  login,
  logout,
  lsub,
  move,
  myrights,
  namespace,
  noop,
  notify,
  rename,
  replace,
  search,
  select,
  setacl,
  setmetadata,
  sort,
  starttls,
  status,
  store,
  subscribe,
  thread,
  unauthenticate,
  unselect,
  unsubscribe,
];
