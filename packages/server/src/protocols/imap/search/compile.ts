import type { SearchKey } from '@hongyan/formats/imap/arguments/search-keys.ts';
import type { SearchQuery } from '../../../mailbox/search-query.ts';
import { parseObjectId, type Realm } from '../realms/realm.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import { loosened } from './fuzzy.ts';

/** What numbers and `$` stand for. */
export type NumberContext = Pick<SelectedMailbox, 'uidRanges' | 'realm'>;

/** The id of an EMAILID or THREADID; one that we never gave out matches nothing. */
function idQuery(key: 'emailid' | 'threadid', text: string, realm: Realm): SearchQuery {
  const id = parseObjectId(realm, key === 'emailid' ? 'e' : 't', text);
  return id === null ? { key: 'none' } : { key, id };
}

/**
 * The domain's query for a client's key: sequence numbers and `$` become UIDs as the client knows them now. Throws
 * `ImapSyntaxError` for a sequence number that does not exist.
 */
export function compileSearch(key: SearchKey, selected: NumberContext): SearchQuery {
  switch (key.key) {
    case 'recent':
      return { key: 'none' };
    case 'sequence':
      return { key: 'uid', uids: selected.uidRanges(key.set, false) };
    case 'uid':
      return { key: 'uid', uids: selected.uidRanges(key.set, true) };
    case 'emailid':
    case 'threadid':
      return idQuery(key.key, key.id, selected.realm);
    case 'not':
      return { key: 'not', child: compileSearch(key.child, selected) };
    case 'fuzzy':
      return compileSearch(loosened(key.child), selected);
    case 'or':
      return {
        key: 'or',
        left: compileSearch(key.left, selected),
        right: compileSearch(key.right, selected),
      };
    case 'and':
      return { key: 'and', children: key.children.map(child => compileSearch(child, selected)) };
    case 'all':
      return { key: 'all' };
    default:
      return key;
  }
}

function anyKey(key: SearchKey, test: (key: SearchKey) => boolean): boolean {
  switch (key.key) {
    case 'not':
      return anyKey(key.child, test);
    case 'fuzzy':
      return anyKey(key.child, test);
    case 'or':
      return anyKey(key.left, test) || anyKey(key.right, test);
    case 'and':
      return key.children.some(child => anyKey(child, test));
    default:
      return test(key);
  }
}

/** Whether MODSEQ is among the keys: the answer then tells the highest one found (RFC 7162 §3.1.5). */
export function asksModseq(key: SearchKey): boolean {
  return anyKey(key, each => each.key === 'modseq');
}

/** Whether what is found changes by the mere passing of time (RFC 5032). */
export function namesTime(key: SearchKey): boolean {
  return anyKey(key, each => each.key === 'older' || each.key === 'younger');
}

/** Whether `$` is among the keys (RFC 5182). */
export function namesSaved(key: SearchKey): boolean {
  return anyKey(key, each => (each.key === 'sequence' || each.key === 'uid') && each.set.kind === 'saved');
}

/** Whether messages are named by sequence numbers: none may vanish meanwhile, even for UID SEARCH (RFC 7162 §3.2.10.2). */
export function namesSequences(key: SearchKey): boolean {
  return anyKey(key, each => each.key === 'sequence' && each.set.kind === 'ranges');
}
