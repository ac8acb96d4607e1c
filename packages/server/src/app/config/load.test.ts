import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { applyEnvironment, defaultConfig, loadConfig, parseConfig } from './load.ts';
import { ConfigError, describeProblem } from './problems.ts';

function problems(source: string, language: 'en' | 'zh-CN' = 'en'): string[] {
  try {
    parseConfig('/etc/h.toml', source);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems.map(problem => describeProblem(problem, createPhrases(language)));
  }
  return [];
}

test('without a file everything has its default', () => {
  const config = defaultConfig();
  assert.equal(config.listen.smtp, 2525);
  assert.equal(config.limits.maxMessageSize, 50 * 1024 * 1024);
  assert.equal(config.queue.expireAfter, 5 * 86_400_000);
  assert.deepEqual(config.relay.routes, []);
  assert.equal(config.relay.smartHost, null);
});

test('values of every kind are read; paths are relative to the file', () => {
  const config = parseConfig(
    '/etc/hongyan/h.toml',
    `data = "store"
    roles = ["mx", "worker"]
    [listen]
    hosts = ["0.0.0.0"]
    imap = false
    smtp = 25
    [limits]
    max_message_size = "1.5 GB"
    [queue]
    expire_after = "36 h"
    retry = ["90 s", "1 h"]
    [relay]
    smart_host = { host = "smtp.example.net", port = 465, tls = "implicit-verified" }
    [[relay.routes]]
    domain = "a.test"
    host = "192.0.2.1"
    [[relay.routes]]
    domain = "b.test"
    host = "192.0.2.2"
    port = 26`,
  );
  assert.equal(config.data, '/etc/hongyan/store');
  assert.deepEqual(config.roles, ['mx', 'worker']);
  assert.equal(config.listen.imap, false);
  assert.equal(config.limits.maxMessageSize, 1.5 * 1024 ** 3);
  assert.equal(config.queue.expireAfter, 36 * 3_600_000);
  assert.deepEqual(config.queue.retry, [90_000, 3_600_000]);
  assert.equal(config.relay.smartHost?.tls, 'implicit-verified');
  assert.deepEqual(
    config.relay.routes.map(route => [route.domain, route.port]),
    [
      ['a.test', 25],
      ['b.test', 26],
    ],
  );
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.listen));
});

test('an unknown key is refused with file, line and what was probably meant', () => {
  assert.deepEqual(problems('# comment\n\n[listen]\nsmpt = 25\n'), [
    '/etc/h.toml, line 4: There is no setting “listen.smpt”. Did you mean “listen.smtp”?',
  ]);
  assert.deepEqual(problems('max_message_size = "1 MB"'), [
    '/etc/h.toml, line 1: There is no setting “max_message_size”. Did you mean “limits.max_message_size”?',
  ]);
  assert.deepEqual(problems('\n[wholly_else]\nx = 1'), [
    '/etc/h.toml, line 2: There is no setting “wholly_else”.',
  ]);
  assert.deepEqual(problems('[listen]\nsmpt = 25\n', 'zh-CN'), [
    '/etc/h.toml 第 2 行：没有名为“listen.smpt”的设置。是否想写“listen.smtp”？',
  ]);
});

test('a bad value is refused with what was found, what must be and an example', () => {
  assert.deepEqual(problems('[limits]\nmax_message_size = 5\n'), [
    '/etc/h.toml, line 2: “limits.max_message_size” is the number 5, but must be a size such as "50 MB" (B, KB, MB, GB, TB). For example: max_message_size = "100 MB"',
  ]);
  assert.match(problems('[listen]\nsmtp = 70000')[0] ?? '', /line 2: .*port number from 0 to 65535/);
  assert.match(problems('[queue]\nexpire_after = "5 weeks"')[0] ?? '', /length of time/);
  assert.match(problems('roles = ["mx", "mxx"]')[0] ?? '', /list in brackets, each entry one of "mx"/);
  assert.match(problems('listen = 5')[0] ?? '', /must be a table with hosts, smtp/);
  assert.match(problems('data = ""')[0] ?? '', /must be a path/);
});

test('all problems are told at once, each with its own line', () => {
  const source = `hostname = 5
[relay]
routes = [
  { domain = "a.test", host = "x" },
  { domain = "b.test", hots = "x" },
]
text = """
[listen]
smpt = 3
"""
[[tls.certificates]]
certificate = "/a.pem"
[log]
level = "loud" # not a level
`;
  assert.deepEqual(
    problems(source).map(text => text.replace(/(“[^”]*”).*/, '$1')),
    [
      '/etc/h.toml, line 1: “hostname”',
      '/etc/h.toml, line 11: “tls.certificates.0.key”',
      '/etc/h.toml, line 7: There is no setting “relay.text”',
      '/etc/h.toml, line 5: There is no setting “relay.routes.1.hots”',
      '/etc/h.toml, line 5: “relay.routes.1.host”',
      '/etc/h.toml, line 14: “log.level”',
    ],
  );
});

test('broken TOML and an unreadable file are named', () => {
  assert.match(problems('a = 1\nb = \n')[0] ?? '', /^\/etc\/h\.toml, line 2: This is not valid TOML/);
  assert.throws(() => loadConfig('/no/such/file.toml', {}), /cannot be read/);
});

test('the environment goes before the file and is checked, too', () => {
  const config = applyEnvironment(parseConfig('/etc/h.toml', 'data = "x"\nport_offset = 3'), {
    HONGYAN_DATA: '/srv/mail',
    HONGYAN_PORT_OFFSET: '1000',
  });
  assert.deepEqual([config.data, config.portOffset], ['/srv/mail', 1000]);
  assert.equal(applyEnvironment(parseConfig('/etc/h.toml', 'port_offset = 3'), {}).portOffset, 3);
  for (const bad of ['-1', 'abc', '99999', '1e3', '0x10']) {
    assert.throws(
      () => applyEnvironment(defaultConfig(), { HONGYAN_PORT_OFFSET: bad }),
      /HONGYAN_PORT_OFFSET is “.*”, but must be a whole number from 0 to 50000/,
    );
  }
});

test('keys named like members of every object are unknown keys', () => {
  assert.match(problems('constructor = 1')[0] ?? '', /There is no setting “constructor”/);
  assert.match(problems('[__proto__]\nx = 1').join(), /__proto__/);
});
