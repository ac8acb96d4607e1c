import { discard, error, keep, stop } from './actions/basic.ts';
import { breakCommand } from './actions/break.ts';
import { addheader, deleteheader } from './actions/editheader.ts';
import { enclose } from './actions/enclose.ts';
import { extracttext } from './actions/extracttext.ts';
import { fileinto } from './actions/fileinto.ts';
import { addflag, removeflag, setflag } from './actions/flags.ts';
import { globalCommand, returnCommand } from './actions/include.ts';
import { notify } from './actions/notify.ts';
import { redirect } from './actions/redirect.ts';
import { ereject, reject } from './actions/reject.ts';
import { replace } from './actions/replace.ts';
import { set } from './actions/set.ts';
import { vacation } from './actions/vacation.ts';
import type { CommandShape, TestShape } from './language/shape.ts';
import { address } from './tests/address.ts';
import { allof, anyof, falseTest, not, trueTest } from './tests/basic.ts';
import { body } from './tests/body.ts';
import { currentdate, date } from './tests/date.ts';
import { duplicate } from './tests/duplicate.ts';
import { envelope } from './tests/envelope.ts';
import { environment } from './tests/environment.ts';
import { exists } from './tests/exists.ts';
import { hasflag } from './tests/hasflag.ts';
import { header } from './tests/header.ts';
import { ihave } from './tests/ihave.ts';
import { mailboxexists, specialUseExists } from './tests/mailbox.ts';
import { metadata, metadataexists, servermetadata, servermetadataexists } from './tests/metadata.ts';
import { notifyMethodCapability, validNotifyMethod } from './tests/notify-method.ts';
import { spamtest, virustest } from './tests/scores.ts';
import { size } from './tests/size.ts';
import { string } from './tests/string.ts';
import { validExtList } from './tests/valid-ext-list.ts';

/** Every command besides `require`, `if`, `foreverypart` and `include`, which the checker and the interpreter know themselves. */
export const sieveCommands: readonly CommandShape[] = [
  addflag,
  addheader,
  breakCommand,
  deleteheader,
  discard,
  enclose,
  ereject,
  error,
  extracttext,
  fileinto,
  globalCommand,
  keep,
  notify,
  redirect,
  reject,
  removeflag,
  replace,
  returnCommand,
  set,
  setflag,
  stop,
  vacation,
];

/** Every test. */
export const sieveTests: readonly TestShape[] = [
  address,
  allof,
  anyof,
  body,
  currentdate,
  date,
  duplicate,
  envelope,
  environment,
  exists,
  falseTest,
  hasflag,
  header,
  ihave,
  mailboxexists,
  metadata,
  metadataexists,
  not,
  notifyMethodCapability,
  servermetadata,
  servermetadataexists,
  size,
  spamtest,
  specialUseExists,
  string,
  trueTest,
  validExtList,
  validNotifyMethod,
  virustest,
];
