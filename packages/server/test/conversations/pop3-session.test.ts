import { test } from 'node:test';
import { type Pop3Conversation, playConversation } from '@hongyan/testkit/pop3-fixture.ts';

const conversations: readonly Pop3Conversation[] = [
  {
    name: 'greeting without an APOP challenge, CAPA in both states (TOP, UIDL, SASL, PIPELINING, RESP-CODES, EXPIRE, UTF8, LANG), USER, PASS, QUIT (RFC 1939 §3, §7, RFC 2449 §5)',
    text: `
      S~ ^\\+OK mail\\.test [^<>]*$
      C: CAPA
      S: +OK ...
      S: TOP
      S: UIDL
      S: USER
      S: SASL SCRAM-SHA-256 PLAIN
      S: PIPELINING
      S: RESP-CODES
      S: AUTH-RESP-CODE
      S: EXPIRE NEVER
      S: UTF8 USER
      S: LANG
      S: IMPLEMENTATION Hongyan
      S: .
      C: user alice@example.test
      S: +OK ...
      C: pass wonderland
      S: +OK Signed in, 0 messages (0 octets)
      C: CAPA
      S> SASL SCRAM-SHA-256 PLAIN
      S> .
      C: QUIT
      S: +OK Goodbye
      S.`,
  },
  {
    name: 'QUIT before signing in (RFC 1939 §4)',
    text: `
      S: +OK ...
      C: QUIT
      S: +OK ...
      S.`,
  },
  {
    name: 'a wrong password: -ERR [AUTH], a new USER is needed, the connection ends after the last try (RFC 1939 §7, RFC 3206 §4)',
    limits: { failedSignIns: 2 },
    text: `
      S: +OK ...
      C: USER alice@example.test
      S: +OK ...
      C: PASS wrong
      S: -ERR [AUTH] Name or password is wrong
      C: PASS wonderland
      S: -ERR Send USER first
      C: USER nobody@example.test
      S: +OK ...
      C: PASS wonderland
      S: -ERR [AUTH] Name or password is wrong
      S.`,
  },
  {
    name: 'the spaces of a password count (RFC 1939 §7)',
    text: `
      S: +OK ...
      C: USER alice@example.test
      S: +OK ...
      C= PASS wonderland \\r\\n
      S: -ERR [AUTH] ...
      C: USER alice@example.test
      S: +OK ...
      C= PASS  wonderland\\r\\n
      S: -ERR [AUTH] ...`,
  },
  {
    name: 'AUTH PLAIN, with and without initial response, and no second AUTH (RFC 5034 §4, RFC 4616)',
    text: `
      S: +OK ...
      C: AUTH PLAIN
      S: +${' '}
      C: AGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S: +OK Signed in...
      C: AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S: -ERR Command is not possible now
      C: QUIT
      S: +OK ...
      S.
      C:(ir) auth plain AGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S:(ir) +OK mail.test...
      S:(ir) +OK Signed in...`,
  },
  {
    name: 'AUTH: cancelled, broken base64, unknown mechanism, somebody else’s mail; then it works (RFC 5034 §4)',
    text: `
      S: +OK ...
      C: AUTH PLAIN
      S: +${' '}
      C: *
      S: -ERR Sign-in was cancelled
      C: AUTH PLAIN =AAA
      S: -ERR Sign-in data is malformed
      C: AUTH PLAIN =
      S: -ERR Sign-in data is malformed
      C: AUTH
      S: -ERR Invalid arguments
      C: AUTH CRAM-MD5
      S: -ERR Mechanism is not supported
      C: AUTH constructor
      S: -ERR Mechanism is not supported
      C: AUTH SCRAM-SHA-256-PLUS
      S: -ERR Mechanism is not supported
      C: AUTH PLAIN Ym9iAGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S: -ERR [AUTH] ...
      C: AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S: +OK ...`,
  },
  {
    name: 'without encryption passwords are refused and not on offer (RFC 2595 §2, RFC 5034 §4)',
    allowPlainLoopback: false,
    tls: true,
    text: `
      S: +OK ...
      C: CAPA
      S: +OK ...
      S: TOP
      S: UIDL
      S: SASL SCRAM-SHA-256
      S: STLS
      S> .
      C: USER alice@example.test
      S: -ERR Use TLS before you sign in with a password
      C: PASS wonderland
      S: -ERR Use TLS before you sign in with a password
      C: AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S: -ERR Use TLS before you sign in with a password`,
  },
  {
    name: 'STLS: what was injected before the handshake is dropped, what was said is forgotten (RFC 2595 §4)',
    allowPlainLoopback: true,
    tls: true,
    text: `
      S: +OK ...
      C: USER alice@example.test
      S: +OK ...
      C= STLS\\r\\nPASS wonderland\\r\\n
      S: +OK Begin TLS negotiation
      TLS
      C: PASS wonderland
      S: -ERR Send USER first
      C: CAPA
      S: +OK ...
      S: TOP
      S: UIDL
      S: USER
      S: SASL SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN
      S: PIPELINING
      S> .
      C: STLS
      S: -ERR TLS is active already
      C: USER alice@example.test
      S: +OK ...
      C: PASS wonderland
      S: +OK ...
      C: STLS
      S: -ERR Command is not possible now`,
  },
  {
    name: 'STLS where there are no certificates',
    text: `
      S: +OK ...
      C: STLS
      S: -ERR TLS is not available`,
  },
  {
    name: 'implicit TLS: no STLS on offer (RFC 8314)',
    implicitTls: true,
    allowPlainLoopback: false,
    text: `
      S: +OK ...
      C: STLS
      S: -ERR TLS is active already
      C: USER alice@example.test
      S: +OK ...
      C: PASS wonderland
      S: +OK ...`,
  },
  {
    name: 'commands in the wrong state, unknown commands and bad arguments are -ERR; the session goes on (RFC 1939 §3)',
    text: `
      S: +OK ...
      C: STAT
      S: -ERR Command is not possible now
      C: NOOP
      S: -ERR Command is not possible now
      C: APOP alice@example.test c4c9334bac560ecc979e58001b3e22fb
      S: -ERR Unknown command
      C:
      S: -ERR Unknown command
      C: USER
      S: -ERR Invalid arguments
      C= USER a\\x00b\\r\\n
      S: -ERR Invalid arguments
      C= USER \\xff\\r\\n
      S: -ERR Invalid arguments
      C: USER alice@example.test
      S: +OK ...
      C: PASS wonderland
      S: +OK ...
      C: USER alice@example.test
      S: -ERR Command is not possible now
      C: UTF8
      S: -ERR Command is not possible now
      C: NOOP 1
      S: -ERR Invalid arguments
      C: NOOP
      S: +OK ...`,
  },
  {
    name: 'LANG lists languages and chooses one; answers are then in UTF-8 (RFC 6856 §3)',
    language: 'zh-CN',
    text: `
      S: +OK mail.test Hongyan POP3 server ready
      C: LANG
      S: +OK ...
      S: zh-CN 简体中文
      S: en English
      S: .
      C: LANG MUL
      S: -ERR There is no such language
      C: LANG zh
      S: +OK zh-CN 之后以简体中文应答
      C: LANG uga
      S: -ERR 没有这种语言
      C: USER alice@example.test
      S: +OK ...
      C: PASS wrong
      S: -ERR [AUTH] 账号或密码错误
      C: LANG EN
      S: +OK en Answers are in English now
      C: LANG *
      S: +OK zh-CN ...`,
  },
  {
    name: 'names and passwords in UTF-8, and UTF8 before signing in (RFC 6856 §2)',
    text: `
      S: +OK ...
      C: UTF8
      S: +OK UTF-8 mode is on
      C: USER 用户@example.test
      S: +OK ...
      C: PASS 密码
      S: -ERR [AUTH] ...`,
  },
  {
    name: 'pipelined commands are answered in order, also across signing in (RFC 2449 §6.6)',
    inbox: ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n'],
    text: `
      C= USER alice@example.test\\r\\nPASS wonderland\\r\\nSTAT\\r\\nRETR 1\\r\\nDELE 1\\r\\nRETR 2\\r\\nXX\\r\\nLIST\\r\\nQUIT\\r\\nSTAT\\r\\n
      S: +OK ...
      S: +OK ...
      S: +OK Signed in, 2 messages (38 octets)
      S: +OK 2 38
      S: +OK 19 octets
      S: Subject: one
      S:
      S: 1
      S: .
      S: +OK Message 1 will be deleted
      S: +OK 19 octets
      S: Subject: two
      S:
      S: 2
      S: .
      S: -ERR Unknown command
      S: +OK 1 messages (19 octets)
      S: 2 19
      S: .
      S: +OK Goodbye
      S.`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
