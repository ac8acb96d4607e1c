import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Surroundings, tryScript } from './fixture.ts';

const addrbook = 'urn:ietf:params:sieve:addrbook:default';
const lists = { [addrbook]: ['coyote+traps@desert.example.org', 'zhang@corp.example'] };

/** Runs `if test { discard; }`: whether the test held, or the problem. */
async function holds(required: string, test: string, given: Surroundings = {}): Promise<string> {
  const [first = ''] = await tryScript(`require [${required}]; if ${test} { discard; }`, given);
  return first === 'discard' ? 'yes' : first === 'keep' ? 'no' : first;
}

test('spamtest and virustest: not looked at is 0, the score otherwise, :count tells which (RFC 5235 §2, §3)', async () => {
  const spam = (test: string, scores: Surroundings['scores'] = {}): Promise<string> =>
    holds('"spamtestplus","relational","comparator-i;ascii-numeric","spamtest","virustest"', test, {
      scores,
    });
  const value = (relation: string, key: number): string =>
    `:value "${relation}" :comparator "i;ascii-numeric" "${key}"`;
  assert.equal(await spam(`spamtest ${value('eq', 0)}`), 'yes');
  assert.equal(await spam('spamtest :count "eq" :comparator "i;ascii-numeric" "0"'), 'yes');
  assert.equal(await spam('spamtest :count "eq" :comparator "i;ascii-numeric" "1"', { spam: 3 }), 'yes');
  assert.equal(await spam(`spamtest ${value('eq', 1)}`, { spam: 0 }), 'yes');
  assert.equal(await spam(`spamtest ${value('eq', 10)}`, { spam: 100 }), 'yes');
  assert.equal(await spam(`spamtest ${value('ge', 6)}`, { spam: 70 }), 'yes');
  assert.equal(await spam(`spamtest :percent ${value('eq', 70)}`, { spam: 70 }), 'yes');
  assert.equal(await spam(`virustest ${value('eq', 0)}`), 'yes');
  assert.equal(await spam(`virustest ${value('ge', 4)}`, { virus: 5 }), 'yes');
  assert.match(await spam('spamtest :comparator "i;octet" "0"'), /^invalid comparator_cannot/);
  assert.match(await holds('"spamtest"', 'spamtest :percent "0"'), /^invalid missing_require/);
});

test('metadata and servermetadata: values are compared, their being there asked (RFC 5490 §3.3, §4)', async () => {
  const metadata = { 'INBOX/private/vendor/x': 'On holiday', '/private/comment': 'srv' };
  const ask = (test: string): Promise<string> => holds('"mboxmetadata","servermetadata"', test, { metadata });
  assert.equal(await ask('metadata :contains "INBOX" "/private/vendor/X" "holiday"'), 'yes');
  assert.equal(await ask('metadata "INBOX" "/private/vendor/x" ["off","on"]'), 'no');
  assert.equal(await ask('metadata "INBOX" "/private/none" ""'), 'no');
  assert.equal(await ask('metadataexists "INBOX" ["/private/vendor/x"]'), 'yes');
  assert.equal(await ask('metadataexists "INBOX" ["/private/vendor/x", "/private/none"]'), 'no');
  assert.equal(await ask('servermetadata "/private/comment" "srv"'), 'yes');
  assert.equal(await ask('servermetadataexists "/private/comment"'), 'yes');
  assert.match(await holds('"fileinto"', 'metadataexists "INBOX" "/x"'), /^invalid missing_require/);
});

test(':list asks lists by name, sets ${0}, and an unknown list ends the script (RFC 6134 §2.2, §2.5)', async () => {
  const ask = (test: string): Promise<string> => holds('"extlists","envelope","variables"', test, { lists });
  assert.equal(await ask('address :list "from" ":addrbook:default"'), 'yes');
  assert.equal(await ask(`address :list "from" ":AddrBook:%44%65%66ault"`), 'yes');
  assert.equal(await ask(`header :list "subject" "${addrbook}"`), 'no');
  assert.equal(await ask('envelope :list "from" ":addrbook:default"'), 'no');
  assert.equal(await ask('string :list "zhang@corp.example" ":addrbook:default"'), 'yes');
  assert.match(await ask('address :list "from" "tag:none"'), /^failed run_not_available/);
  assert.match(
    await ask('address :list :comparator "i;octet" "from" ":addrbook:default"'),
    /^invalid tag_conflict/,
  );
  assert.match(await ask('size :list "x" "y"'), /^invalid unknown_tag/);
  assert.equal(await ask('valid_ext_list [":addrbook:default"]'), 'yes');
  assert.equal(await ask('valid_ext_list [":addrbook:default", "tag:none"]'), 'no');
  const named = await tryScript(
    'require ["extlists","variables","fileinto"]; if address :list "from" ":addrbook:default" { fileinto "${0}"; }',
    { lists },
  );
  assert.deepEqual(named, ['fileinto coyote+traps@desert.example.org']);
});

test('redirect :list sends to everybody in the list, within the number of redirects (RFC 6134 §2.3)', async () => {
  const script = 'require "extlists"; redirect :list ":addrbook:default";';
  assert.deepEqual(await tryScript(script, { lists }), [
    'redirect coyote+traps@desert.example.org',
    'redirect zhang@corp.example',
  ]);
  assert.match(
    (await tryScript(script, { lists, limits: { redirects: 1 } }))[0] ?? '',
    /^failed run_redirects/,
  );
  assert.match((await tryScript(script))[0] ?? '', /^failed run_not_available/);
});
