import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { findText } from './execution/find-text.ts';
import { matchGlob, parseGlob } from './execution/glob.ts';
import { type Surroundings, sampleMessage, tryScript } from './fixture.ts';

const all = `require ["fileinto","reject","ereject","envelope","encoded-character","copy","body","variables","vacation",
"vacation-seconds","relational","subaddress","imap4flags","date","index","include","editheader","mailbox",
"special-use","duplicate","enotify","environment","comparator-i;ascii-numeric","comparator-i;unicode-casemap"];`;

/** Tests that are to be true or false on the sample message. */
const conditions: readonly (readonly [section: string, test: string, result: boolean])[] = [
  ['5228 §5.1 address', 'address :is "from" "coyote+traps@DESERT.example.org"', true],
  ['5228 §5.1 localpart', 'address :localpart "from" "coyote+traps"', true],
  ['5228 §5.1 domain of any', 'address :domain ["from","to"] "corp.example"', true],
  ['5233 §4 user', 'address :user "from" "coyote"', true],
  ['5233 §4 detail', 'address :detail "from" "traps"', true],
  ['5233 §4 no detail', 'address :detail :matches "to" "*"', false],
  ['5233 §4 detail of the envelope', 'envelope :detail "to" "fast"', true],
  ['5228 §5.2 allof', 'allof(true, true, false)', false],
  ['5228 §5.3 anyof', 'anyof(false, true)', true],
  ['5228 §5.4 envelope', 'envelope :domain "from" "desert.example.org"', true],
  ['5228 §5.5 exists', 'exists ["from","date"]', true],
  ['5228 §5.5 exists not all', 'exists ["from","x-none"]', false],
  ['5228 §5.7 decoded', 'header :contains "subject" "你好"', true],
  ['5228 §5.7 ascii-casemap', 'header :is "x-score" "0042 POINTS"', true],
  ['5228 §5.7 octet', 'header :comparator "i;octet" :is "x-score" "0042 POINTS"', false],
  ['5228 §5.7 empty header matches the empty string', 'header :contains "x-empty" ""', true],
  ['5228 §5.7 missing header matches nothing', 'header :contains "x-none" ""', false],
  ['5228 §2.7.1 matches', 'header :matches "subject" "[*] ??*"', true],
  ['5228 §2.7.1 escaped wildcard', 'header :matches "x-score" "\\\\*"', false],
  ['5228 §5.8 not', 'not false', true],
  ['5228 §5.9 over', 'size :over 100', true],
  ['5228 §5.9 under', 'size :under 1K', true],
  ['5051 unicode-casemap', 'string :comparator "i;unicode-casemap" "ÄÖ straße" "äö STRAßE"', true],
  ['4790 §9.1 numeric', 'header :value "eq" :comparator "i;ascii-numeric" "x-score" "42"', true],
  ['5231 §4.1 gt', 'header :value "gt" :comparator "i;ascii-numeric" "x-score" "41"', true],
  ['5231 §4.1 text order', 'string :value "lt" "abc" "abd"', true],
  ['4790 §9.1 no number is infinity', 'string :value "gt" :comparator "i;ascii-numeric" "x" "99999"', true],
  ['5231 §4.2 count', 'header :count "eq" :comparator "i;ascii-numeric" "received" "2"', true],
  ['5231 §4.2 count of addresses', 'address :count "ge" :comparator "i;ascii-numeric" "to" "3"', false],
  ['5173 §5.3 text', 'body :contains "搜索"', true],
  ['5173 §5.3 text of HTML', 'body :text :contains "Buy cheap anvils"', true],
  ['5173 §5.2 content', 'body :content "text/html" :contains "<b>cheap</b>"', true],
  ['5173 §5.2 content by main type', 'body :content "application" :is "%PDF"', true],
  ['5173 §5.2 other types are not looked at', 'body :content "text/plain" :contains "cheap"', false],
  ['5173 §5.2 multipart prologue', 'body :content "multipart" :contains "prologue"', true],
  ['5173 §5.1 raw', 'body :raw :contains "Content-Type: application/pdf"', true],
  ['5173 §5.1 raw has no header', 'body :raw :contains "Wile"', false],
  ['5229 §5 string', 'string "${none}" ""', true],
  ['5229 §5 count', 'string :count "eq" :comparator "i;ascii-numeric" ["a","","b"] "2"', true],
  ['5232 §4 hasflag', 'hasflag "\\\\Seen"', false],
  ['5260 §4 date in the given zone', 'date :zone "+0800" "date" "date" "2026-11-03"', true],
  ['5260 §4 original zone', 'date :originalzone "date" "hour" "23"', true],
  ['5260 §4 server zone', 'date "date" "hour" "12"', true],
  ['5260 §4.2 zone', 'date :originalzone "date" "zone" "-0500"', true],
  ['5260 §4.2 iso8601', 'date :originalzone "date" "iso8601" "2026-11-02T23:30:05-05:00"', true],
  ['5260 §4.2 weekday', 'date :originalzone "date" "weekday" "1"', true],
  ['5260 §4.2 julian', 'date :zone "+0000" "date" "julian" "61347"', true],
  ['5260 §4.2 std11', 'date :originalzone :contains "date" "std11" "2 Nov 2026 23:30:05 -0500"', true],
  ['5260 §4 Received behind its semicolon', 'date :zone "+0000" "received" "day" "03"', true],
  ['5260 §6 index', 'date :index 2 :zone "+0000" "received" "day" "02"', true],
  ['5260 §6 last', 'header :index 1 :last :contains "received" "from c"', true],
  ['5260 §6 index past the end', 'header :index 3 :contains "received" ""', false],
  ['5260 §5 currentdate', 'currentdate :zone "+0800" "time" "12:05:06"', true],
  [
    '5260 §5 currentdate in a range',
    'allof(currentdate :value "ge" "date" "2026-11-01", currentdate :value "lt" "date" "2026-12-01")',
    true,
  ],
  ['5490 §3.1 mailboxexists', 'mailboxexists ["INBOX","Work"]', true],
  ['5490 §3.1 one does not', 'mailboxexists ["INBOX","Play"]', false],
  ['8579 §4 special use', 'specialuse_exists "\\\\Junk"', true],
  ['8579 §4 special use of a mailbox', 'specialuse_exists "Work" "\\\\Junk"', false],
  ['5183 §4 environment', 'environment :contains "name" "hongyan"', true],
  ['5183 §4 unknown item', 'environment "vnd.x" ""', false],
  ['5435 §4 valid method', 'valid_notify_method ["mailto:a@b.cn","mailto:a@b.cn,c@d.cn?subject=x"]', true],
  ['5435 §4 not valid', 'valid_notify_method ["mailto:a@b.cn","tel:+86"]', false],
  ['5435 §5 online', 'notify_method_capability "mailto:a@b.cn" "Online" "maybe"', true],
  ['7352 §3 not seen', 'duplicate', false],
  ['7352 §3 without a value', 'duplicate :header "x-none"', false],
];

const surroundings: Surroundings = { mailboxes: ['INBOX', 'Work'], items: { name: 'Hongyan' } };

for (const [section, condition, result] of conditions) {
  test(`sieve test, RFC ${section}: ${condition}`, async () => {
    const actions = await tryScript(
      `${all} if ${condition} { fileinto "yes"; } else { fileinto "no"; }`,
      surroundings,
    );
    assert.deepEqual(
      actions.filter(action => !action.startsWith('remember')),
      [`fileinto ${result ? 'yes' : 'no'}`],
    );
  });
}

const scripts: readonly (readonly [
  section: string,
  script: string,
  actions: readonly string[],
  given?: Surroundings,
])[] = [
  ['5228 §2.10.2 implicit keep', '', ['keep']],
  ['5228 §4.1 fileinto cancels it', 'fileinto "Work";', ['fileinto Work']],
  [
    '3894 §3 copy does not',
    'fileinto :copy "Work"; redirect :copy "a@b.cn";',
    ['fileinto Work', 'redirect a@b.cn', 'keep'],
  ],
  ['5228 §4.4 discard', 'discard;', ['discard']],
  [
    '5228 §3.1 elsif',
    'if false { stop; } elsif true { fileinto "b"; } else { fileinto "c"; }',
    ['fileinto b'],
  ],
  ['5228 §3.3 stop', 'fileinto "a"; stop; fileinto "b";', ['fileinto a']],
  ['5228 §4.2 number of redirects', 'redirect "a@b.cn";'.repeat(6), ['failed run_redirects at 4:91 max=5']],
  ['5429 §2.2 reject', 'reject "no";', ['reject no']],
  ['5429 §2.1 ereject', 'ereject text:\nno\n.\n;', ['ereject no']],
  [
    '5429 §2.2 reject with keep',
    'reject "no"; keep;',
    ['failed run_conflict at 1:1 action="reject" other="keep"'],
  ],
  [
    '5429 §2.2 vacation after reject',
    'reject "no"; vacation "x";',
    ['failed run_conflict at 4:14 action="vacation" other="reject"'],
  ],
  ['5230 §4 vacation', 'vacation "away";', ['vacation 604800 away', 'keep']],
  ['5230 §4.1 shortest and longest', 'vacation :days 0 "away"; discard;', ['vacation 86400 away', 'discard']],
  ['5230 §4.1 longest', 'vacation :days 4000 "away";', ['vacation 7776000 away', 'keep']],
  ['6131 §2 seconds', 'vacation :seconds 1800 "away";', ['vacation 1800 away', 'keep']],
  [
    '5230 §4.7 vacation twice',
    'vacation "a"; vacation "b";',
    ['failed run_conflict at 4:15 action="vacation" other="vacation"'],
  ],
  [
    '5232 §3 flags',
    'setflag "\\\\Seen"; addflag ["$Work \\\\FLAGGED","$work"]; removeflag "\\\\seen";',
    ['keep $Work \\FLAGGED'],
  ],
  [
    '5232 §5 :flags',
    'addflag "\\\\Seen"; fileinto :flags ["\\\\Answered"] "a"; keep;',
    ['fileinto a \\Answered', 'keep \\Seen'],
  ],
  ['5232 §2 what is no flag is left out', 'setflag ["\\\\Recent", "a(b", "ok"];', ['keep ok']],
  [
    '5232 §3 a variable of flags',
    'setflag "f" "$a"; addflag "f" "$b"; if hasflag "f" "$B" { keep :flags "${f}"; }',
    ['keep $a $b'],
  ],
  ['5229 §3 variables', 'set "a" "x"; fileinto "${a}${A}${${none}}${";', ['fileinto xx${}${']],
  [
    '5229 §3.2 match variables',
    'if header :matches "subject" "[*] *" { fileinto "lists.${1}.${2}"; }',
    ['fileinto lists.list.你好 世界'],
  ],
  [
    '5229 §3.2 as little as possible',
    'if string :matches "aXbXc" "*X*" { fileinto "${1}|${2}|${0}"; }',
    ['fileinto a|bXc|aXbXc'],
  ],
  ['5229 §3.2 question marks', 'if string :matches "鸿雁" "??" { fileinto "${2}${1}"; }', ['fileinto 雁鸿']],
  [
    '5229 §3.2 failed matches change nothing',
    'if string :matches "ab" "a*" { if string :matches "x" "y*" { stop; } fileinto "${1}"; }',
    ['fileinto b'],
  ],
  [
    '5229 §3.2 the original letters',
    'if string :comparator "i;unicode-casemap" :matches "ÉtÉ" "é*É" { fileinto "${1}"; }',
    ['fileinto t'],
  ],
  [
    '5229 §4.1 modifiers',
    'set :upperfirst :lower "a" "jUMP"; set :length "b" "鸿雁"; set :quotewildcard "c" "a*?"; fileinto "${a}${b}${c}";',
    ['fileinto Jump2a\\*\\?'],
  ],
  ['5435 §6 encodeurl', 'set :encodeurl "a" "a b/鸿"; fileinto "${a}";', ['fileinto a%20b%2F%E9%B8%BF']],
  ['5490 §3.2 create', 'fileinto :create "New";', ['fileinto New create']],
  ['5436 §2 notify', 'notify :message "new mail" "mailto:a@b.cn";', ['notify a@b.cn new mail', 'keep']],
  [
    '5293 §4 addheader is seen at once',
    'addheader "X-A" "鸿雁"; if header :is "x-a" "鸿雁" { fileinto "a"; }',
    ['fileinto a'],
  ],
  [
    '5293 §4 first and last',
    'addheader "Subject" "first"; addheader :last "Subject" "last"; if allof (header :index 1 "subject" "first", header :index 1 :last "subject" "last") { fileinto "a"; }',
    ['fileinto a'],
  ],
  [
    '5293 §5 deleteheader',
    'deleteheader "subject"; if not exists "Subject" { fileinto "a"; }',
    ['fileinto a'],
  ],
  [
    '5293 §5 by value',
    'addheader "X-A" "one"; addheader "X-A" "two"; deleteheader :contains "X-A" ["ne"]; if allof (header "x-a" "two", not header "x-a" "one") { fileinto "a"; }',
    ['fileinto a'],
  ],
  [
    '5293 §5 by index',
    'addheader "X-A" "one"; addheader "X-A" "two"; deleteheader :index 1 :last "X-A"; if header :count "eq" "x-a" "1" { fileinto "a"; }',
    ['fileinto a'],
  ],
  [
    '5293 §6 Received stays',
    'deleteheader "Received"; if header :count "eq" "received" "2" { fileinto "a"; }',
    ['fileinto a'],
  ],
  [
    '5293 §4 no line breaks come in',
    'addheader "X-A" "a\r\nX-B: b"; if not exists "X-B" { fileinto "a"; }',
    ['fileinto a'],
  ],
  ['5293 number of changes', 'addheader "X-A" "b";'.repeat(33), ['failed run_header_edits at 4:641 max=32']],
  [
    '6609 §3.2 include',
    'include "a"; fileinto "b";',
    ['fileinto a', 'fileinto b'],
    { scripts: { a: 'require "fileinto"; fileinto "a"; ' } },
  ],
  [
    '6609 §3.3 return',
    'include "a"; fileinto "b";',
    ['fileinto b'],
    { scripts: { a: 'require ["include","fileinto"]; return; fileinto "a";' } },
  ],
  ['6609 §3.2 stop ends everything', 'include "a"; fileinto "b";', ['keep'], { scripts: { a: 'stop;' } }],
  [
    '6609 §3.2 once',
    'include "a"; include :once "a";',
    ['fileinto a'],
    { scripts: { a: 'require "fileinto"; fileinto "a";' } },
  ],
  ['6609 §3.2 missing', 'include "a";', ['failed run_include_missing at 4:1 name="a"']],
  ['6609 §3.2 optional', 'include :optional "a";', ['keep']],
  [
    '6609 §3.2 in a circle',
    'include "a";',
    ['failed run_include_loop at 1:20 name="a"'],
    { scripts: { a: 'require "include"; include "a";' } },
  ],
  [
    '6609 §3.2 a mistake in it',
    'include "a";',
    ['failed unexpected at 1:5 found="end of script"'],
    { scripts: { a: 'keep' } },
  ],
  [
    '6609 §3.4 global variables',
    'global "v"; set "v" "1"; set "w" "2"; include "a"; fileinto "${v}";',
    ['fileinto a1', 'fileinto 3'],
    {
      scripts: {
        a: 'require ["include","variables","fileinto"]; fileinto "a${global.v}${w}"; set "global.v" "3";',
      },
    },
  ],
  [
    '6609 §3.4.1 what is set in a script is its own',
    'if not header :contains "from" "@" { set "v" "1"; }\nset "V" "1"; global ["w", "v"];',
    ['failed bad_variable at 5:14 name="v"'],
  ],
  ['6609 §3.4.1 declared twice', 'global "v"; set "v" "1"; global "v"; fileinto "${v}";', ['fileinto 1']],
  ['7352 §3 remembers', 'if duplicate :seconds 60 { discard; }', ['remember 60', 'keep']],
  [
    '5463 §5 error',
    'if ihave "ihave" { keep; }',
    ['invalid missing_require at 4:4 extension="ihave" name="ihave"'],
  ],
];

for (const [section, script, actions, given] of scripts) {
  test(`sieve run, RFC ${section}`, async () => {
    assert.deepEqual(await tryScript(`${all}\n${script}`, given), actions);
  });
}

test('ihave: what is there may be used, what is not is never reached, errors are errors (RFC 5463 §4, §5)', async () => {
  assert.deepEqual(await tryScript('require "ihave"; if ihave "fileinto" { fileinto "a"; }'), ['fileinto a']);
  assert.deepEqual(await tryScript('require "ihave"; if ihave "vnd.x" { launch; } else { error "no"; }'), [
    'failed run_error at 1:54 message="no"',
  ]);
  assert.deepEqual(await tryScript('require "ihave"; launch;'), [
    'failed run_not_available at 1:18 name="launch"',
  ]);
});

test('duplicate: a message that was remembered is one (RFC 7352 §3)', async () => {
  const script = 'require ["duplicate","fileinto"]; if duplicate :uniqueid "x" { fileinto "again"; }';
  const seen: string[] = [];
  const spy: Surroundings = { seen: { includes: (id: string) => seen.push(id) > 1 } as unknown as string[] };
  assert.deepEqual(await tryScript(script, spy), ['remember 604800', 'keep']);
  assert.deepEqual(await tryScript(script, spy), ['fileinto again']);
  assert.equal(seen[0], seen[1]);
});

test('limits end a run with a problem, never the process (RFC 5228 §10)', async () => {
  const limits = { steps: 100, work: 50_000, actions: 3, variables: 2 };
  const given: Surroundings = { limits };
  assert.match((await tryScript('keep;'.repeat(200), { limits: { steps: 100 } }))[0] ?? '', /run_actions/);
  assert.match((await tryScript('if true {}'.repeat(200), given))[0] ?? '', /run_steps/);
  assert.match((await tryScript('keep;keep;keep;keep;', given))[0] ?? '', /run_actions/);
  const set = (name: string): string => `set "${name}" "1";`;
  assert.match(
    (await tryScript(`require "variables";${set('a')}${set('b')}${set('c')}`, given))[0] ?? '',
    /run_variables/,
  );
  const doubling = `require "variables"; set "a" "xxxxxxxxxx"; ${'set "a" "${a}${a}${a}${a}";'.repeat(40)}`;
  assert.match((await tryScript(doubling, given))[0] ?? '', /run_work/);
  assert.deepEqual(await tryScript(doubling), ['keep']);
  const subject = `Subject: ${'a'.repeat(60_000)}\r\n\r\n`;
  const evil = `if header :matches "subject" "${'*a'.repeat(400)}b" { stop; }`;
  assert.deepEqual(await tryScript(evil, {}, subject), ['keep']);
  const questions = `if header :matches "subject" "*${'?'.repeat(1000)}b*" { stop; }`.repeat(50);
  assert.match((await tryScript(questions, {}, subject))[0] ?? '', /run_work/);
});

test('globs agree with a plain matcher, and capture what the wildcards stand for', () => {
  const letters = fc
    .array(fc.constantFrom('a', 'b', '雁', '\u{1F4E8}'), { maxLength: 12 })
    .map(list => list.join(''));
  const patterns = fc
    .array(fc.constantFrom('a', 'b', '雁', '*', '?', '\\*'), { maxLength: 8 })
    .map(list => list.join(''));
  const plain = (text: readonly string[], glob: readonly string[]): boolean => {
    const [head, ...rest] = glob;
    if (head === undefined) return text.length === 0;
    if (head === '*') return plain(text, rest) || (text.length > 0 && plain(text.slice(1), glob));
    return text.length > 0 && (head === '?' || head === text[0]) && plain(text.slice(1), rest);
  };
  fc.assert(
    fc.property(letters, patterns, (text, pattern) => {
      const pieces = pattern.match(/\\\*|[^\\]/gu) ?? [];
      const spans = matchGlob(text, parseGlob(pattern));
      assert.equal(
        spans !== null,
        plain(
          Array.from(text),
          pieces.map(piece => (piece === '\\*' ? '(star)' : piece)),
        ),
      );
      if (spans === null) return;
      let at = 0;
      const filled = pieces.map(piece => {
        if (piece !== '*' && piece !== '?') return piece;
        const [start, end] = spans[at++] ?? [0, 0];
        return text.slice(start, end);
      });
      assert.equal(filled.join(''), text);
    }),
    { numRuns: 2_000 },
  );
});

test('text search agrees with the engine', () => {
  const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 60 }).map(list => list.join(''));
  const needle = fc.array(fc.constantFrom('a', 'b'), { maxLength: 14 }).map(list => list.join(''));
  fc.assert(
    fc.property(text, needle, fc.nat(60), (hay, key, from) => {
      const start = Math.min(from, hay.length);
      assert.equal(findText(hay, key, start), hay.indexOf(key, start));
    }),
    { numRuns: 1_000 },
  );
});

test('any message is fine for any test', async () => {
  const probes = conditions.map(([, condition]) => `if ${condition} { }`).join('\n');
  const cut = fc.nat(sampleMessage.length).map(end => sampleMessage.slice(0, end));
  await fc.assert(
    fc.asyncProperty(fc.oneof(cut, fc.string({ unit: 'binary' })), async message => {
      const [first = ''] = await tryScript(`${all}${probes}`, {}, message);
      assert.ok(!first.startsWith('invalid') && !first.startsWith('failed'), first);
    }),
    { numRuns: 100 },
  );
});

test('a name that is no header name cannot be added (RFC 5293 §4)', async () => {
  assert.match((await tryScript(`${all} addheader "X A" "b";`))[0] ?? '', /invalid bad_header_name/);
  assert.match(
    (await tryScript(`${all} set "n" "X:"; addheader "\${n}" "b";`))[0] ?? '',
    /failed bad_header_name/,
  );
});
