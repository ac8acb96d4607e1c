import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { decodePartBody } from '../../message/content.ts';
import type { StoredPart } from '../../message/part.ts';
import { scanMessage } from '../../message/scan.ts';
import { actionsOf, editedText, tryScript } from '../fixture.ts';

const message = [
  'From: boss@example.org',
  'To: li@corp.example',
  'Subject: =?utf-8?B?5oql6KGo?=',
  'X-Long: kept as',
  '  it was',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=top',
  '',
  'prologue',
  '--top',
  'Content-Type: multipart/alternative; boundary=alt',
  '',
  '--alt',
  'Content-Type: text/plain; charset=gb2312',
  'Content-Transfer-Encoding: base64',
  '',
  'xOO6w8rAvec=',
  '--alt',
  'Content-Type: text/html',
  'Content-From: "Tim" <tim@example.com>',
  '',
  '<p>hi</p>',
  '--alt--',
  '--top',
  'Content-Type: application/exe; name=a.exe',
  "Content-Disposition: Attachment; filename*0*=utf-8''%E6%8A%A5; filename*1=.EXE; size=3",
  'Content-MD5: x',
  '',
  'MZ1',
  '--top',
  'Content-Type: message/rfc822',
  '',
  'Subject: inner',
  'Content-Type: text/plain',
  '',
  'inner text',
  '--top--',
  'epilogue',
  '',
].join('\r\n');

const all =
  '"foreverypart","mime","extracttext","variables","replace","enclose","fileinto","relational","editheader"';

/** What a script comes to: names of folders, or its problem. */
async function folders(script: string, text = message): Promise<string> {
  return (
    await tryScript(`require [${all},"comparator-i;ascii-numeric","index","ihave"]; ${script}`, {}, text)
  ).join(', ');
}

async function holds(condition: string): Promise<boolean> {
  const said = await folders(`if ${condition} { discard; }`);
  assert.match(said, /^(discard|keep)$/);
  return said === 'discard';
}

async function edited(script: string, kind = 'keep', text = message): Promise<string> {
  const actions = await actionsOf(`require [${all},"copy"]; ${script}`, text);
  assert.ok(actions !== null, script);
  return editedText(actions, kind, text) ?? 'as it came';
}

test('foreverypart goes through all parts, the message first, depth first (RFC 5703 §3)', async () => {
  const type = 'if header :mime :contenttype :matches "content-type" "*" { fileinto "${1}"; }';
  assert.equal(
    await folders(`foreverypart { ${type} }`),
    [
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'text/html',
      'application/exe',
      'message/rfc822',
      'text/plain',
    ]
      .map(name => `fileinto ${name}`)
      .join(', '),
  );
});

test('a loop in a loop goes through what is inside the part; in a leaf it does nothing (RFC 5703 §3)', async () => {
  const outer = 'header :mime :subtype "content-type" ["alternative","plain"]';
  const inner = 'if header :mime :subtype :matches "content-type" "*" { fileinto "${1}"; }';
  assert.equal(
    await folders(`foreverypart { if ${outer} { foreverypart { ${inner} } } }`),
    'fileinto plain, fileinto html',
  );
});

test('break ends the innermost loop, or the one of that name; a hidden name means the inner (RFC 5703 §3)', async () => {
  const count = 'set "n" "${n}x";';
  assert.equal(await folders(`foreverypart { ${count} break; } fileinto "\${n}";`), 'fileinto x');
  assert.equal(
    await folders(
      `foreverypart :name "o" { ${count} foreverypart :name "i" { break :name "o"; } } fileinto "\${n}";`,
    ),
    'fileinto x',
  );
  assert.equal(
    await folders(
      `foreverypart :name "o" { ${count} foreverypart :name "o" { break :name "o"; } } fileinto "\${n}";`,
    ),
    'fileinto xxxxxxx',
  );
  assert.equal(await folders('foreverypart { fileinto "a"; stop; } fileinto "b";'), 'fileinto a');
});

test('break and extracttext need a loop, of the name they give; loops have a limit; a block belongs to them (RFC 5703 §3, §7)', async () => {
  assert.match(await folders('break;'), /^invalid not_in_loop at 1:/);
  assert.match(await folders('foreverypart :name "a" { break :name "b"; }'), /^invalid not_in_loop/);
  assert.match(await folders('foreverypart { } break;'), /^invalid not_in_loop/);
  assert.match(await folders('extracttext "x";'), /^invalid not_in_loop/);
  assert.match(await folders('foreverypart;'), /^invalid block_wanted/);
  assert.match(await folders('foreverypart true { }'), /^invalid test_count/);
  assert.match(await folders('foreverypart :name 5 { }'), /^invalid wrong_type/);
  assert.match(await folders('foreverypart { '.repeat(5) + '}'.repeat(5)), /^invalid too_many_loops/);
  assert.deepEqual(await tryScript('foreverypart { }'), [
    'invalid missing_require at 1:1 extension="foreverypart" name="foreverypart"',
  ]);
});

test('header :mime looks at the message or the part of the loop, :anychild at all inside (RFC 5703 §4.1)', async () => {
  assert.equal(await holds('header :mime :type "Content-Type" "multipart"'), true);
  assert.equal(await holds('header :mime :type "Content-Type" "text"'), false);
  assert.equal(await holds('header :mime :anychild :type "Content-Type" "text"'), true);
  assert.equal(await holds('header :mime :anychild :contenttype "content-type" "TEXT/HTML"'), true);
  assert.equal(await holds('header :mime :anychild :subtype "content-type" "rfc822"'), true);
  assert.equal(await holds('header :mime :anychild "subject" "inner"'), true);
  assert.equal(await holds('header "content-md5" "x"'), false);
  assert.equal(
    await folders(
      'foreverypart { if header :mime :subtype "content-type" "alternative" { if header :mime :anychild :subtype "content-type" "exe" { fileinto "wrong"; } if header :mime :anychild :subtype "content-type" "html" { fileinto "right"; } } }',
    ),
    'fileinto right',
  );
});

test(':type and its like of other fields: the disposition, else the empty string (RFC 5703 §4.1)', async () => {
  assert.equal(await holds('header :mime :anychild :type "content-disposition" "attachment"'), true);
  assert.equal(await holds('header :mime :anychild :contenttype "content-disposition" "attachment"'), true);
  assert.equal(await holds('header :mime :anychild :subtype "content-disposition" ""'), true);
  assert.equal(await holds('header :mime :anychild :subtype "content-disposition" "attachment"'), false);
  assert.equal(await holds('header :mime :anychild :type "content-md5" ""'), true);
});

test(':param compares parameters, decoded and joined; :count counts (RFC 5703 §4.1, RFC 2231)', async () => {
  assert.equal(await holds('header :mime :anychild :param "filename" "Content-Disposition" "报.exe"'), true);
  assert.equal(
    await holds(
      'header :mime :anychild :param ["name","FILENAME"] :matches ["content-type","content-disposition"] "*.exe"',
    ),
    true,
  );
  assert.equal(await holds('header :mime :anychild :param "nothing" :contains "content-type" ""'), false);
  const count = (tags: string, fields: string, n: number): string =>
    `header :mime :anychild ${tags} :count "eq" :comparator "i;ascii-numeric" ${fields} "${n}"`;
  assert.equal(await holds(count(':type', '"content-type"', 7)), true);
  assert.equal(await holds(count(':param ["name","boundary"]', '"content-type"', 3)), true);
  assert.equal(await holds(count('', '"content-type"', 7)), true);
});

test('exists and address with :mime (RFC 5703 §4.2, §4.3)', async () => {
  assert.equal(await holds('exists "content-md5"'), false);
  assert.equal(await holds('exists :mime "content-md5"'), false);
  assert.equal(await holds('exists :mime :anychild ["content-md5","content-from"]'), true);
  assert.equal(await holds('exists :mime :anychild "content-none"'), false);
  assert.equal(await holds('address :mime :anychild :all "content-from" "tim@example.com"'), true);
  assert.equal(await holds('address :mime :domain "content-from" "example.com"'), false);
  assert.match(await folders('if address "content-from" "x" { }'), /^invalid bad_header_name/);
  assert.match(await folders('if header :anychild "x" "y" { }'), /^invalid missing_argument .*:anychild/);
  assert.match(await folders('if header :type "x" "y" { }'), /^invalid missing_argument .*:type/);
  assert.match(await folders('if exists :mime :type "x" { }'), /^failed run_not_available/);
  assert.match(await folders('if header :mime :type :subtype "x" "y" { }'), /^invalid tag_conflict/);
  assert.deepEqual(await tryScript('if exists :mime "x" { }'), [
    'invalid missing_require at 1:11 extension="mime" name=":mime"',
  ]);
});

test('extracttext: the decoded text of the part, so many characters, with modifiers (RFC 5703 §7)', async () => {
  const of = (subtype: string, arguments_: string): Promise<string> =>
    folders(
      `foreverypart { if header :mime :subtype "content-type" "${subtype}" { extracttext ${arguments_} "t"; break; } } fileinto "[\${t}]";`,
    );
  assert.equal(await of('plain', ''), 'fileinto [你好世界]');
  assert.equal(await of('plain', ':first 2'), 'fileinto [你好]');
  assert.equal(await of('plain', ':first 0'), 'fileinto []');
  assert.equal(await of('html', ':upper'), 'fileinto [<P>HI</P>]');
  assert.equal(await of('html', ':length :first 4'), 'fileinto [4]');
  assert.equal(await of('exe', ''), 'fileinto []');
  assert.equal(await of('alternative', ''), 'fileinto []');
  const unknown = (field: string): string =>
    `Subject: x\r\nContent-Type: text/plain; charset=${field}\r\n\r\nabc\r\n`;
  const script = 'foreverypart { extracttext :first 3 "t"; } fileinto "[${t}]";';
  assert.equal(await folders(script, unknown('utf-8')), 'fileinto [abc]');
  assert.equal(await folders(script, unknown('utf-8\r\nContent-Transfer-Encoding: x-none')), 'fileinto []');
  assert.equal(await folders(script, unknown('x-none')), 'fileinto []');
  assert.match(
    (await tryScript('require ["foreverypart","extracttext"]; foreverypart { extracttext "t"; }'))[0] ?? '',
    /^invalid missing_require .*variables/,
  );
});

test('replace of a part leaves every other octet as it was (RFC 5703 §5)', async () => {
  const text = await edited(
    'foreverypart { if header :mime :contenttype "content-type" "application/exe" { replace "removed"; } }',
  );
  const start = message.indexOf('Content-Type: application/exe');
  const end = message.indexOf('\r\n--top\r\nContent-Type: message');
  assert.ok(text.startsWith(message.slice(0, start)));
  assert.ok(text.endsWith(message.slice(end)));
  assert.match(
    text.slice(start),
    /^Content-Type: text\/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nremoved\r\n--top/,
  );
});

test('replace of a multipart: what was in it is not gone into, later loops see the new parts (RFC 5703 §5)', async () => {
  const script = `foreverypart {
      if header :mime :subtype "content-type" "alternative" { replace "只有文字"; }
      if header :mime :subtype "content-type" "html" { fileinto "wrong"; }
    }
    foreverypart { set "n" "\${n}x"; if header :mime :subtype "content-type" "plain" { extracttext "t"; break; } }
    fileinto "\${n}\${t}";`;
  assert.equal(await folders(script), 'fileinto xx只有文字');
  const root = scanMessage(Buffer.from(await edited(script, 'fileinto'))).root;
  assert.deepEqual(
    root.children.map(part => part.subtype),
    ['plain', 'exe', 'rfc822'],
  );
});

test('replace :mime puts an entity in; one with parts is not gone into by the same loop (RFC 5703 §5)', async () => {
  const entity =
    'Content-Type: multipart/mixed; boundary=new\n\n--new\nContent-Type: image/png\n\nx\n--new--\n';
  const script = `foreverypart {
      if header :mime :subtype "content-type" "png" { fileinto "wrong"; }
      if header :mime :subtype "content-type" "exe" { replace :mime text:\n${entity}.\n; }
    }`;
  const root = scanMessage(Buffer.from(await edited(script))).root;
  assert.equal(root.children[1]?.children[0]?.subtype, 'png');
  assert.equal(root.children.length, 3);
  assert.equal(await folders(script), 'keep');
});

test('parts that come in the place of others at the same place are not gone into either (RFC 5703 §5)', async () => {
  const entity =
    'Content-Type: multipart/mixed; boundary=new\n\n--new\nContent-Type: image/png\n\nx\n--new\nContent-Type: image/gif\n\nx\n--new--\n';
  const script = `foreverypart {
      set "n" "\${n}x";
      if header :mime :type "content-type" "image" { fileinto "wrong"; }
      if header :mime :subtype "content-type" "alternative" { replace :mime text:\n${entity}.\n; }
    }
    fileinto "\${n}";`;
  assert.equal(await folders(script), 'fileinto xxxxx');
});

test('a replacement that looks like a boundary does not end its part', async () => {
  const text = await edited(
    'foreverypart { if header :mime :subtype "content-type" "exe" { replace text:\n--top\nContent-Type: text/html\n\n<script>\n--top--\n.\n; } }',
  );
  const { root } = scanMessage(Buffer.from(text));
  assert.deepEqual(
    root.children.map(part => part.subtype),
    ['alternative', 'plain', 'rfc822'],
  );
  const part = root.children[1] as StoredPart;
  const body = Buffer.from(text).subarray(part.bodyStart, part.end);
  assert.match(Buffer.from(decodePartBody(part, body)).toString(), /^--top\r\n/);
});

test('replace of the whole message keeps its other fields; :subject and :from keep the old ones (RFC 5703 §5)', async () => {
  const text = await edited('replace :subject "主题" :from "Rules <li@corp.example>" "gone";');
  assert.match(
    text,
    /^Original-From: boss@example\.org\r\nTo: li@corp\.example\r\nOriginal-Subject: =\?utf-8\?B\?5oql6KGo\?=\r\nX-Long: kept as\r\n {2}it was\r\n/,
  );
  assert.match(text, /\r\nFrom: Rules <li@corp\.example>\r\nSubject: =\?utf-8\?/i);
  assert.match(
    text,
    /\r\nMIME-Version: 1\.0\r\nContent-Type: text\/plain; charset=utf-8\r\n[^]*\r\n\r\ngone$/,
  );
  assert.doesNotMatch(text, /multipart|top/);
  assert.match(await edited('replace "x";'), /\r\nSubject: =\?utf-8\?B\?5oql6KGo\?=\r\n/);
});

test('the message itself is the first part of a loop: replacing it ends the loop (RFC 5703 §5)', async () => {
  assert.equal(
    await folders(
      'foreverypart { set "n" "${n}x"; replace "gone"; if header :mime :subtype "content-type" "plain" { set "n" "${n}p"; } } fileinto "${n}";',
    ),
    'fileinto xp',
  );
});

test('replace: what is wrong with it (RFC 5703 §5)', async () => {
  assert.match(await folders('replace :mime :subject "x" "y";'), /^invalid tag_conflict/);
  assert.match(await folders('replace :mime :from "a@b.test" "y";'), /^invalid tag_conflict/);
  assert.match(await folders('replace :from "nobody" "y";'), /^invalid bad_address/);
  assert.match(await folders('set "f" "x\r\ny"; replace :from "${f}" "y";'), /^failed bad_address/);
  assert.match(await folders('replace;'), /^invalid missing_argument/);
});

test('Original-Subject and Original-From cannot be taken away afterwards (RFC 5703 §5)', async () => {
  const text = await edited('replace :subject "new" "x"; deleteheader "original-subject";');
  assert.match(text, /\r\nOriginal-Subject: /);
});

test('enclose: text and the message octet for octet, subject from it, sender and date new (RFC 5703 §6)', async () => {
  const text = await edited('enclose "看附件";');
  const { root, header } = scanMessage(Buffer.from(text));
  assert.deepEqual(
    root.children.map(part => `${part.type}/${part.subtype}`),
    ['text/plain', 'message/rfc822'],
  );
  const inner = root.children[1] as StoredPart;
  assert.equal(Buffer.from(text).subarray(inner.bodyStart, inner.end).toString(), message);
  const outer = Buffer.from(header).toString();
  assert.match(
    outer,
    /^Subject: =\?utf-8\?B\?5oql6KGo\?=\r\nDate: Sun, 22 Nov 2026 12:05:06 \+0800\r\nFrom: roadrunner\+fast@acme\.example\.com\r\n/,
  );
});

test('enclose :subject and :headers (RFC 5703 §6)', async () => {
  const text = await edited(
    'enclose :subject "Warning" :headers ["From","To","Subject","Content-Type","X-Long"] "w";',
  );
  const header = text.slice(0, text.indexOf('\r\n\r\n'));
  assert.match(
    header,
    /^From: boss@example\.org\r\nTo: li@corp\.example\r\nX-Long: kept as\r\n {2}it was\r\nDate: /,
  );
  assert.match(
    header,
    /\r\nSubject: Warning\r\nMIME-Version: 1\.0\r\nContent-Type: multipart\/mixed; boundary=/,
  );
  assert.doesNotMatch(header, /boundary=top/);
});

test('after enclose tests and actions are about the new message; redirect is about the one before (RFC 5703 §6)', async () => {
  assert.equal(
    await folders(
      'enclose :subject "W" "x"; if header "subject" "W" { fileinto "yes"; } if header :mime :anychild :subtype "content-type" "exe" { fileinto "inside"; }',
    ),
    'fileinto yes, fileinto inside',
  );
  const script = 'addheader "X-Seen" "1"; enclose "x"; redirect :copy "a@b.test"; fileinto "f";';
  const sent = await edited(script, 'redirect');
  assert.ok(sent.startsWith('X-Seen: 1\r\nFrom: boss') && sent.endsWith('epilogue\r\n'));
  assert.match(await edited(script, 'fileinto'), /message\/rfc822\r\n[^]*\r\n\r\nX-Seen: 1\r\nFrom: boss/);
  assert.equal(await edited('enclose "x"; redirect :copy "a@b.test";', 'redirect'), 'as it came');
});

test('enclose twice, and within a loop, which ends there (RFC 5703 §6, §9.2)', async () => {
  const text = await edited('enclose "a"; enclose "b";');
  const { root } = scanMessage(Buffer.from(text));
  assert.equal(root.children[1]?.message?.children[1]?.message?.subtype, 'mixed');
  assert.equal(
    await folders(
      'foreverypart { set "n" "${n}x"; if header :mime :subtype "content-type" "html" { enclose "w"; } } fileinto "${n}";',
    ),
    'fileinto xxxx',
  );
});

test('a message of which only the beginning is at hand can be enclosed, its parts cannot be replaced', async () => {
  const enclosing = await actionsOf(`require [${all}]; enclose "x";`, message, {}, 300);
  assert.ok(editedText(enclosing, 'keep', message)?.includes(message));
  const script = `require [${all}]; foreverypart { if header :mime :subtype "content-type" "alternative" { replace "x"; } }`;
  assert.equal(await actionsOf(script, message, {}, 300), null);
});

test('limits: changes of one message, steps of loops (RFC 5703 §11)', async () => {
  assert.match(await folders('enclose "x"; '.repeat(17)), /^failed run_message_edits/);
  const many = [
    'Content-Type: multipart/mixed; boundary=b',
    '',
    ...Array.from({ length: 400 }, () => '--b\r\n\r\nx'),
    '--b--',
    '',
  ].join('\r\n');
  const nested = 'foreverypart { foreverypart { if header :mime :anychild "x" "y" { } } } '.repeat(80);
  assert.match(await folders(nested, many), /^failed run_steps/);
});
