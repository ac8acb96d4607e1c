/** Keys that do the same are written beside each other, ways to go on from one row stand one after the other. */
interface KeyRow {
  /** What they do: a text of `keys`. */
  readonly what: string;
  /** Names as `keyName` gives them; `g i` is one key after another. */
  readonly ways: readonly (readonly string[])[];
}

/** The keys of a person's mail by where they act: what is bound, and what the sheet on `?` shows (screens.md §6). */
export const mailKeys = {
  anywhere: [
    { what: 'search', ways: [['/']] },
    { what: 'compose', ways: [['c']] },
    { what: 'goInbox', ways: [['g i'], ['g s'], ['g d'], ['g a']] },
    { what: 'goTodo', ways: [['g t'], ['g h'], ['g l', 'g c']] },
    { what: 'undo', ways: [['z']] },
    { what: 'help', ways: [['?']] },
    { what: 'escape', ways: [['Escape']] },
  ],
  list: [
    {
      what: 'move',
      ways: [
        ['k', 'ArrowUp'],
        ['j', 'ArrowDown'],
      ],
    },
    { what: 'ends', ways: [['Home'], ['End']] },
    { what: 'open', ways: [['Enter', 'o']] },
    { what: 'select', ways: [['x']] },
    { what: 'extend', ways: [['Shift+ArrowUp'], ['Shift+ArrowDown']] },
    { what: 'selectAll', ways: [['Ctrl+a']] },
    { what: 'archive', ways: [['e']] },
    { what: 'remove', ways: [['Delete', '#']] },
    { what: 'destroy', ways: [['Shift+Delete']] },
    { what: 'star', ways: [['s']] },
    { what: 'read', ways: [['i']] },
    { what: 'junk', ways: [['!']] },
    { what: 'moveTo', ways: [['v']] },
    { what: 'label', ways: [['l']] },
    { what: 'todo', ways: [['t']] },
    { what: 'snooze', ways: [['b']] },
  ],
  reader: [
    { what: 'reply', ways: [['r'], ['a'], ['f']] },
    { what: 'back', ways: [['u']] },
  ],
  conversation: [
    { what: 'inThread', ways: [['n'], ['p']] },
    { what: 'delivery', ways: [['d']] },
  ],
} as const satisfies Readonly<Record<string, readonly KeyRow[]>>;

type KeysOf<Place extends keyof typeof mailKeys> = (typeof mailKeys)[Place][number]['ways'][number][number];

/** What has to be bound wherever mail is listed or read. */
export type MailKey = KeysOf<'anywhere' | 'list' | 'reader'>;
/** What an open conversation binds. */
export type ConversationKey = KeysOf<'conversation'>;
