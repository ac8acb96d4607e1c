import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ImapClient } from '@hongyan/testkit/imap-client.ts';
import { imapLogin, imapPassword, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';

/** Why a test is skipped: a command of the shell that fails where the program is missing. */
function missing(program: string, check: string = `command -v ${program}`): string | false {
  return spawnSync('sh', ['-c', check]).status === 0 ? false : `${program} is not installed`;
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

async function run(program: string, args: readonly string[], home: string): Promise<Ended> {
  const env = { ...process.env, HOME: home, TERM: 'xterm', LC_ALL: 'C.UTF-8' };
  const child = spawn(program, args, { timeout: 60_000, killSignal: 'SIGKILL', env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  child.stdin.end();
  const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? -1)));
  return { code, output };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-client-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const letters = ['one', 'two', 'three'].map(
  name =>
    `From: b@x.test\r\nTo: ${imapLogin}\r\nSubject: ${name}\r\nMessage-ID: <${name}@x.test>\r\n\r\n${name}\r\n`,
);
/** UIDs of what a search finds in the selected mailbox. */
async function search(client: ImapClient, query: string): Promise<number[]> {
  const { untagged } = await client.ok(`UID SEARCH ${query}`);
  const found = untagged.find(each => each.kind === 'data' && each.name === 'SEARCH');
  return found?.kind === 'data'
    ? found.values.map(value => (value.type === 'atom' ? Number(value.text) : 0))
    : [];
}

/** 台北, as a client without UTF-8 writes it. */
const chinese = '&U,BTFw-';

test('offlineimap syncs both ways: new mail, flags, deletion, folders with Chinese names', {
  skip: missing('offlineimap'),
}, async () => {
  await using imap = await startImapFixture();
  await imap.deliver(letters);
  await using client = await imap.client();
  await client.ok(`CREATE ${chinese}`);
  await inFolder(async folder => {
    const config = join(folder, 'rc');
    const text = `
[general]
accounts = a
metadata = ${folder}/meta
ui = basic
[Account a]
localrepository = near
remoterepository = far
utf8foldernames = yes
[Repository near]
type = Maildir
localfolders = ${folder}/mail
[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = ${imap.port}
remoteuser = ${imapLogin}
remotepass = ${imapPassword}
ssl = no
starttls = no
`;
    writeFileSync(config, text);
    const sync = async (): Promise<void> => {
      const { code, output } = await run('offlineimap', ['-c', config, '-o'], folder);
      assert.equal(code, 0, output);
    };
    await sync();
    const inbox = join(folder, 'mail', 'INBOX');
    const files = (): string[] =>
      ['cur', 'new'].flatMap(part => readdirSync(join(inbox, part)).map(name => join(inbox, part, name)));
    const holding = (word: string): string => {
      const found = files().find(path => readFileSync(path, 'utf8').includes(`Subject: ${word}`));
      assert.ok(found !== undefined, word);
      return found;
    };
    assert.equal(files().length, 3);
    assert.ok(readdirSync(join(folder, 'mail')).includes('台北'));
    // Near: one flagged, one gone, one more, a folder more. Far: one more.
    const [flagged] = holding('one').split(':2,');
    assert.ok(flagged !== undefined);
    renameSync(holding('one'), `${flagged.replace('/new/', '/cur/')}:2,FS`);
    rmSync(holding('two'));
    writeFileSync(join(inbox, 'new', '1.near'), 'Subject: near\n\nwritten here\n');
    for (const part of ['cur', 'new', 'tmp']) {
      mkdirSync(join(folder, 'mail', '上海', part), { recursive: true });
    }
    await imap.deliver(['Subject: far\r\n\r\nwritten there\r\n']);
    await sync();
    await client.ok('SELECT INBOX');
    assert.deepEqual(await search(client, 'ALL'), [1, 3, 4, 5]);
    assert.deepEqual(await search(client, 'FLAGGED SEEN SUBJECT one'), [1]);
    assert.equal((await search(client, 'SUBJECT near BODY "written here"')).length, 1);
    assert.ok(holding('far') !== '');
    await client.ok('SELECT &Tgptdw-');
  });
});

test('neomutt with a header cache comes back by QRESYNC and writes what changed (RFC 7162 §3.2.5)', {
  skip: missing('neomutt or script', 'command -v neomutt && command -v script'),
}, async () => {
  await using imap = await startImapFixture();
  await imap.deliver(letters);
  await inFolder(async folder => {
    const config = join(folder, 'rc');
    mkdirSync(join(folder, 'cache'));
    const neomutt = async (keys: string): Promise<string> => {
      const log = join(folder, 'log');
      const settings = [
        `set folder="imap://127.0.0.1:${imap.port}/" spoolfile="imap://127.0.0.1:${imap.port}/INBOX"`,
        `set imap_user="${imapLogin}" imap_pass="${imapPassword}" imap_authenticators="plain:login"`,
        'set ssl_starttls=no ssl_force_tls=no delete=yes move=no quit=yes confirmappend=no mark_old=no',
        `set header_cache="${folder}/cache/" message_cachedir="" record="" wait_key=no sleep_time=0 resolve=no`,
        `set imap_condstore=yes imap_qresync=yes imap_idle=no debug_level=2 debug_file="${log}"`,
        'unset trash imap_passive',
        `push "${keys}"`,
      ];
      writeFileSync(config, `${settings.join('\n')}\n`);
      const { code, output } = await run('script', ['-qec', `neomutt -n -F ${config}`, '/dev/null'], folder);
      assert.equal(code, 0, output);
      const said = readFileSync(`${log}0`, 'utf8');
      rmSync(`${log}0`);
      return said;
    };
    await neomutt('<first-entry><flag-message><sync-mailbox><quit>');
    // Meanwhile: one is answered, one comes. (Of what was removed this client forgets the numbers and opens anew.)
    await using client = await imap.client();
    await client.ok('SELECT INBOX');
    await client.ok('STORE 2 +FLAGS.SILENT (\\Answered)');
    await imap.deliver(['Subject: four\r\nFrom: a@x.test\r\n\r\nfour\r\n']);
    const said = await neomutt('<last-entry><delete-message><sync-mailbox><quit>');
    assert.match(said, /UID FETCH 1:\d+ \(FLAGS\) \(CHANGEDSINCE \d+ VANISHED\)/);
    assert.doesNotMatch(said, /QRESYNC failed/);
    assert.equal(said.split('BODY.PEEK[HEADER.FIELDS').length - 1, 1, 'one is new');
    assert.match(said, / FETCH 4 \(UID FLAGS/, 'what it knows is not fetched again');
    await client.ok('NOOP');
    assert.deepEqual(await search(client, 'ALL'), [1, 2, 3]);
    assert.deepEqual(await search(client, 'FLAGGED'), [1]);
    assert.deepEqual(await search(client, 'ANSWERED'), [2]);
  });
});

const perl = `
use strict; use Mail::IMAPClient;
my $c = Mail::IMAPClient->new(Server => '127.0.0.1', Port => $ARGV[0], User => '${imapLogin}',
  Password => '${imapPassword}', Uid => 1, Peek => 1, Timeout => 20) or die "sign-in: $@";
sub ok { my ($what, $is) = @_; die "$what: " . ($c->LastError // '') unless $is; }
ok('folders', join('|', $c->folders) eq 'INBOX|Sent|Trash');
ok('create', $c->create('Perl')); ok('select', $c->select('INBOX')); ok('count', $c->message_count == 3);
my $one = $c->append_string('INBOX', "Subject: perl\\r\\n\\r\\nfrom perl\\r\\n", '\\\\Seen $Label1', ' 1-Jan-2020 00:00:00 +0800');
ok('append', $one == 4);
ok('date', $c->internaldate($one) eq '31-Dec-2019 16:00:00 +0000');
ok('flags', join(' ', sort $c->flags($one)) eq '$Label1 \\\\Seen');
ok('unseen', join(',', $c->unseen) eq '1,2,3');
ok('since', join(',', $c->search('SINCE', '01-Jan-2021')) eq '1,2,3');
ok('header', $c->parse_headers($one, 'Subject')->{Subject}[0] eq 'perl');
ok('body', $c->body_string($one) eq "from perl\\r\\n");
ok('sort', join(',', $c->sort('REVERSE SUBJECT', 'UTF-8', 'ALL')) eq '2,3,4,1');
ok('copy', $c->copy('Perl', 1)); ok('move', $c->move('Perl', $one)); $c->expunge;
ok('moved', $c->message_count('Perl') == 2);
ok('acl', $c->getacl('INBOX')->{'"${imapLogin}"'} || $c->getacl('INBOX')->{'${imapLogin}'});
my $idle = $c->idle; ok('idle', $idle); ok('done', $c->done($idle));
ok('compress', $c->compress); ok('compressed', $c->message_count('INBOX') == 3);
$c->select('Perl'); $c->delete_message([$c->messages]); ok('close', $c->close);
ok('delete', $c->delete('Perl')); ok('logout', $c->logout);
`;

test('Mail::IMAPClient of Perl appends, searches, sorts, copies, moves, idles, compresses', {
  skip: missing('Mail::IMAPClient', '/usr/bin/perl -MMail::IMAPClient -e 1'),
}, async () => {
  await using imap = await startImapFixture();
  await imap.deliver(letters);
  await inFolder(async folder => {
    const script = join(folder, 'client.pl');
    writeFileSync(script, perl);
    const { code, output } = await run('/usr/bin/perl', [script, String(imap.port)], folder);
    assert.equal(code, 0, output);
  });
});

const python = `
import imaplib, ssl, sys
c = imaplib.IMAP4('127.0.0.1', int(sys.argv[1]))
def ok(answer):
    assert answer[0] == 'OK', answer
    return answer[1]
ok(c.starttls(ssl._create_unverified_context()))
ok(c.login('${imapLogin}', '${imapPassword}'))
ok(c.enable('UTF8=ACCEPT'))
ok(c.create('"台北"'))
assert any('台北'.encode() in line for line in ok(c.list()))
assert ok(c.select('INBOX')) == [b'3']
assert ok(c.uid('SEARCH', None, 'SUBJECT', 'two')) == [b'2']
ok(c.store('2', '+FLAGS', '(\\\\Deleted)'))
assert ok(c.expunge()) == [b'2']
ok(c.uid('COPY', '3', '"台北"'))
assert ok(c.thread('REFERENCES', 'UTF-8', 'ALL')) == [b'(1)(2)']
assert ok(c.sort('(REVERSE SUBJECT)', 'UTF-8', 'ALL')) == [b'2 1']
assert b'MESSAGES 1' in ok(c.status('"台北"', '(MESSAGES UNSEEN)'))[0]
ok(c.delete('"台北"')); ok(c.unselect()); assert c.logout()[0] == 'BYE'
`;

test('imaplib of Python over STARTTLS, in UTF-8 (RFC 6855)', {
  skip: missing('python3', 'python3 -c "import imaplib, ssl"'),
}, async () => {
  await using imap = await startImapFixture({ tls: true, allowPlainLoopback: false });
  await imap.deliver(letters);
  await inFolder(async folder => {
    const script = join(folder, 'client.py');
    writeFileSync(script, python);
    const { code, output } = await run('python3', [script, String(imap.port)], folder);
    assert.equal(code, 0, output);
  });
});

test('imapfilter lists, searches, copies, flags and deletes', { skip: missing('imapfilter') }, async () => {
  await using imap = await startImapFixture();
  await imap.deliver(letters);
  await inFolder(async folder => {
    const script = join(folder, 'rules.lua');
    const lua = `
options.timeout = 20; options.starttls = false; options.create = true; options.subscribe = true
a = IMAP { server = '127.0.0.1', port = ${imap.port}, username = '${imapLogin}', password = '${imapPassword}' }
assert(#a:list_all('', '*') == 3)
r = a.INBOX:contain_subject('t'); assert(#r == 2, 'subject')
r:move_messages(a.filtered); assert(#a.INBOX:select_all() == 1, 'moved')
u = a.filtered:is_unseen(); assert(#u == 2, 'unseen'); u:mark_seen(); assert(#a.filtered:is_unseen() == 0, 'seen')
a.filtered:select_all():delete_messages(); assert(#a.filtered:select_all() == 0, 'deleted')
a:delete_mailbox('filtered')
`;
    writeFileSync(script, lua);
    const { code, output } = await run('imapfilter', ['-c', script], folder);
    assert.equal(code, 0, output);
  });
});
