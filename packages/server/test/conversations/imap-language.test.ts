import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const conversations: readonly ImapConversation[] = [
  {
    name: 'LANGUAGE is in the greeting and lists languages before anybody has signed in (RFC 5255 §3.1, §3.2)',
    text: `
      S~ ^\\* OK \\[CAPABILITY .* LANGUAGE .*\\]
      C: a1 LANGUAGE
      S: * LANGUAGE (zh-CN en i-default)
      S: a1 OK Languages are listed
      C: a2 LANGUAGE MUL
      S: a2 NO [CANNOT] Language is not supported
      C: a3 LANGUAGE zh
      S: * LANGUAGE (zh-CN)
      S: a3 OK 语言已更改
      C: a4 LOGIN alice@example.test wrong
      S: a4 NO [AUTHENTICATIONFAILED] 登录失败
      C: a5 SELECT INBOX
      S: a5 BAD 当前状态下不能执行该命令`,
  },
  {
    name: 'LANGUAGE takes the first range there is, cut off from its end; default and i-default (RFC 5255 §3.2, RFC 4647 §3.4)',
    signedIn: true,
    text: `
      C: a1 LANGUAGE FR-CA EN-CA
      S: * LANGUAGE (en)
      S: * NAMESPACE (("" "/")) (("Other Users/" "/")) (("Shared/" "/"))
      S: a1 OK Language changed
      C: a2 LANGUAGE zh-Hans-CN
      S> a2 OK 语言已更改
      C: a3 LANGUAGE FR
      S: a3 NO [CANNOT] 不支持这种语言
      C: a4 LANGUAGE i-default
      S> a4 OK Language changed
      C: a5 LANGUAGE "default"
      S: * LANGUAGE (en)
      S> a5 OK Language changed
      C: a6 LANGUAGE "" "*"
      S> a6 OK ...
      C: a7 LANGUAGE (zh)
      S: a7 BAD ...`,
  },
  {
    name: 'texts of all kinds are in the language, codes as ever; namespaces are translated (RFC 5255 §3.3, §3.4)',
    signedIn: true,
    text: `
      C: a1 LANGUAGE zh-CN
      S: * LANGUAGE (zh-CN)
      S: * NAMESPACE (("" "/")) (("Other Users/" "/" "TRANSLATION" ("&UXZO1nUoYjc-/"))) (("Shared/" "/" "TRANSLATION" ("&UXFOqw-/")))
      S: a1 OK 语言已更改
      C: a2 SELECT INBOX
      S: * FLAGS (...
      S: * OK [PERMANENTFLAGS (...)] 可修改的标记
      S: * 0 EXISTS
      S: * 0 RECENT
      S: * OK [UIDVALIDITY \${v}] UID 有效
      S: * OK [UIDNEXT 1] 下一个 UID
      S> a2 OK [READ-WRITE] SELECT 已完成
      C: a3 SELECT Nowhere
      S: * OK [CLOSED] 之前的文件夹已关闭
      S: a3 NO [NONEXISTENT] 没有这个文件夹
      C: a4 FROB
      S: a4 BAD 未知命令
      C: a5 STATUS INBOX
      S: a5 BAD 命令有误：...
      C: a6 UNAUTHENTICATE
      S: a6 OK UNAUTHENTICATE completed
      C: a7 LOGOUT
      S: * BYE Logging out
      S: a7 OK LOGOUT completed
      S.`,
  },
  {
    name: 'COMPARATOR: i;unicode-casemap is the default, the only one, and may be asked for by pattern (RFC 5255 §4.7)',
    signedIn: true,
    text: `
      C: a1 COMPARATOR
      S: * COMPARATOR i;unicode-casemap
      S: a1 OK COMPARATOR completed
      C: a2 COMPARATOR "cz;*" i;basic
      S: a2 NO [BADCOMPARATOR] Comparator is not supported
      C: a3 COMPARATOR "cz;*" "i;*"
      S: * COMPARATOR i;unicode-casemap
      S: a3 OK ...
      C: a4 COMPARATOR default
      S: * COMPARATOR i;unicode-casemap
      S: a4 OK ...
      C: a5 COMPARATOR "i;*-casemap*x"
      S: a5 NO [BADCOMPARATOR] ...
      C: a6 COMPARATOR "*;unicode*map"
      S> a6 OK ...
      C: a7 COMPARATOR (x)
      S: a7 BAD ...
      C: a8 COMPARATOR "${'*'.repeat(5_000)}x"
      S: a8 NO [BADCOMPARATOR] ...`,
  },
  {
    name: 'I18NLEVEL=2: SEARCH, SORT and THREAD compare by i;unicode-casemap (RFC 5255 §4.2, RFC 5051 §2)',
    selected: true,
    inbox: [
      'From: a@example.test\r\nSubject: =?utf-8?Q?Caf=C3=A9?=\r\n\r\nGR\xc3\x96SSE\r\n',
      'From: a@example.test\r\nSubject: =?utf-8?Q?CAF=C3=89?=\r\n\r\nx\r\n',
      'From: a@example.test\r\nSubject: =?utf-8?B?77yh77yi77yj?=\r\n\r\nx\r\n',
    ],
    text: `
      C: a0 CAPABILITY
      S~ ^\\* CAPABILITY .* I18NLEVEL=2
      S: a0 OK ...
      C: a1 SEARCH SUBJECT cafe
      S: * SEARCH 1 2
      S: a1 OK ...
      C: a2 SEARCH CHARSET UTF-8 SUBJECT {literal}
      C| café
      S: * SEARCH 1 2
      S: a2 OK ...
      C: a3 SEARCH SUBJECT abc
      S: * SEARCH 3
      S: a3 OK ...
      C: a4 SORT (SUBJECT) UTF-8 ALL
      S: * SORT 3 1 2
      S: a4 OK ...
      C: a5 THREAD ORDEREDSUBJECT UTF-8 ALL
      S~ ^\\* THREAD .*\\(1 2\\)
      S: a5 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
