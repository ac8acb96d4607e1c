import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const conversations: readonly ImapConversation[] = [
  {
    name: 'greeting, CAPABILITY, LOGIN, NOOP, ID, LOGOUT (RFC 9051 §6.1, RFC 2971)',
    text: `
      S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 ...AUTH=SCRAM-SHA-256 AUTH=PLAIN...] Hongyan ready
      C: a1 CAPABILITY
      S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ENABLE LANGUAGE ID AUTH=SCRAM-SHA-256 AUTH=PLAIN AUTH=LOGIN
      S: a1 OK CAPABILITY completed
      C: a2 LOGIN alice@example.test wonderland
      S: a2 OK [CAPABILITY ...UIDPLUS...] LOGIN completed
      C: a3 noop
      S: a3 OK NOOP completed
      C: a4 ID ("name" "test" "version" NIL)
      S: * ID ("name" "Hongyan")
      S: a4 OK ID completed
      C: a5 ID NIL
      S: * ID ("name" "Hongyan")
      S: a5 OK ID completed
      C: a6 LOGOUT
      S: * BYE Logging out
      S: a6 OK LOGOUT completed
      S.`,
  },
  {
    name: 'LOGIN with literals, synchronising and not (RFC 9051 §4.3, RFC 7888)',
    text: `
      S: * OK ...
      C: a1 LOGIN {literal} {literal+}
      C| alice@example.test
      C/
      C| wonderland
      S: a1 OK ...`,
  },
  {
    name: 'a wrong password: NO [AUTHENTICATIONFAILED], and the connection ends after the fifth (RFC 5530)',
    limits: { failedSignIns: 2 },
    text: `
      S: * OK ...
      C: a1 LOGIN alice@example.test wrong
      S: a1 NO [AUTHENTICATIONFAILED] Authentication failed
      C: a2 AUTHENTICATE PLAIN AGFsaWNlQGV4YW1wbGUudGVzdAB3cm9uZw==
      S: a2 NO [AUTHENTICATIONFAILED] Authentication failed
      S.`,
  },
  {
    name: 'AUTHENTICATE PLAIN, with and without initial response (RFC 4616, RFC 4959)',
    text: `
      S: * OK ...
      C: a1 AUTHENTICATE PLAIN
      S: +${' '}
      C: AGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S: a1 OK ...
      C:(ir) a1 AUTHENTICATE PLAIN AGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S>(ir) a1 OK ...`,
  },
  {
    name: 'AUTHENTICATE LOGIN prompts twice; a cancelled or broken exchange is BAD (RFC 9051 §6.2.2)',
    text: `
      S: * OK ...
      C: a1 AUTHENTICATE LOGIN
      S: + VXNlcm5hbWU6
      C: *
      S: a1 BAD Authentication cancelled
      C: a2 AUTHENTICATE LOGIN
      S: + VXNlcm5hbWU6
      C: !!!
      S: a2 BAD Invalid base64
      C: a3 AUTHENTICATE LOGIN
      S: + VXNlcm5hbWU6
      C: YWxpY2VAZXhhbXBsZS50ZXN0
      S: + UGFzc3dvcmQ6
      C: d29uZGVybGFuZA==
      S: a3 OK ...`,
  },
  {
    name: 'an unknown mechanism, and acting for somebody else, are refused (RFC 9051 §6.2.2)',
    text: `
      S: * OK ...
      C: a1 AUTHENTICATE X-NOPE
      S: a1 NO [CANNOT] ...
      C: a2 AUTHENTICATE SCRAM-SHA-256-PLUS
      S: a2 NO [CANNOT] ...
      C: a3 AUTHENTICATE PLAIN Ym9iAGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S: a3 NO [NOPERM] ...`,
  },
  {
    name: 'without encryption passwords are refused and LOGINDISABLED is said (RFC 9051 §6.2.3, §11.2)',
    allowPlainLoopback: false,
    tls: true,
    text: `
      S: * OK [CAPABILITY ...STARTTLS LOGINDISABLED ID AUTH=SCRAM-SHA-256] ...
      C: a1 LOGIN alice@example.test wonderland
      S: a1 NO [PRIVACYREQUIRED] ...
      C: a2 AUTHENTICATE PLAIN AGFsaWNlQGV4YW1wbGUudGVzdAB3b25kZXJsYW5k
      S: a2 NO [PRIVACYREQUIRED] ...
      C: a3 AUTHENTICATE LOGIN
      S: a3 NO [PRIVACYREQUIRED] ...`,
  },
  {
    name: 'STARTTLS, then signing in; commands injected before the handshake are dropped (RFC 9051 §6.2.1)',
    allowPlainLoopback: false,
    tls: true,
    text: `
      S: * OK ...
      C= a1 STARTTLS\\r\\na2 LOGIN alice@example.test wonderland\\r\\n
      S: a1 OK Begin TLS negotiation now
      TLS
      C: a3 CAPABILITY
      S: * CAPABILITY ...AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=PLAIN...
      S: a3 OK ...
      C: a4 STARTTLS
      S: a4 BAD TLS is active already
      C: a5 LOGIN alice@example.test wonderland
      S: a5 OK ...`,
  },
  {
    name: 'implicit TLS (RFC 8314): no STARTTLS on offer',
    implicitTls: true,
    allowPlainLoopback: false,
    text: `
      S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ENABLE LANGUAGE ID AUTH=SCRAM-SHA-256-PLUS ...
      C: a1 STARTTLS
      S: a1 BAD TLS is active already
      C: a2 LOGIN alice@example.test wonderland
      S: a2 OK ...`,
  },
  {
    name: 'commands in the wrong state are BAD (RFC 9051 §3)',
    text: `
      S: * OK ...
      C: a1 SELECT INBOX
      S: a1 BAD Command is not possible in this state
      C: a2 FETCH 1 FLAGS
      S: a2 BAD ...
      C: a3 LOGIN alice@example.test wonderland
      S: a3 OK ...
      C: a4 FETCH 1 FLAGS
      S: a4 BAD ...
      C: a5 LOGIN alice@example.test wonderland
      S: a5 BAD ...
      C: a6 CLOSE
      S: a6 BAD ...`,
  },
  {
    name: 'unknown commands, missing and surplus arguments, broken tags are BAD; the session goes on (RFC 9051 §2.2)',
    signedIn: true,
    text: `
      C: a1 FROBNICATE
      S: a1 BAD Unknown command
      C: a2 NOOP now
      S: a2 BAD Unexpected text after the arguments
      C: a3 SELECT
      S: a3 BAD Expected a space
      C: a4
      S: a4 BAD Expected a space
      C:
      S: * BAD Expected a tag
      C: + NOOP
      S: * BAD Expected a tag
      C: a5 UID NOOP
      S: a5 BAD Unknown command
      C: a6 UID
      S: a6 BAD ...
      C: a7 NOOP
      S: a7 OK ...`,
  },
  {
    name: 'ENABLE names what was enabled, once, and passes over the rest (RFC 5161, RFC 9051 §6.3.1)',
    signedIn: true,
    text: `
      C: a1 ENABLE IMAP4rev2 X-NOPE CONDSTORE
      S: * ENABLED IMAP4rev2 CONDSTORE
      S: a1 OK ENABLE completed
      C: a2 ENABLE IMAP4REV2 utf8=accept
      S: * ENABLED UTF8=ACCEPT
      S: a2 OK ENABLE completed
      C: a3 ENABLE
      S: a3 BAD ...`,
  },
  {
    name: 'pipelined commands are answered in order (RFC 9051 §5.5)',
    signedIn: true,
    text: `
      C= b1 SELECT INBOX\\r\\nb2 NOOP\\r\\nb3 CLOSE\\r\\nb4 FETCH 1 FLAGS\\r\\nb5 LOGOUT\\r\\n
      S> b1 OK ...
      S: b2 OK ...
      S: b3 OK ...
      S: b4 BAD ...
      S: * BYE ...
      S: b5 OK ...
      S.`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
