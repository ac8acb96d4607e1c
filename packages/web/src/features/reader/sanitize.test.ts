import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanCss, misleadingHost } from './sanitize.ts';

test('CSS loses everything that could fetch or cover the page, however it is written', () => {
  for (const hostile of [
    'background:url(http://evil/x)',
    'background:u\\72l(http://evil/x)',
    'background:url/**/(http://evil/x)',
    'background-image:image-set("http://evil/x" 1x)',
    "@import 'http://evil/x.css';",
    '@font-face{font-family:x;src:url(http://evil/x)}',
    'width:expression(alert(1))',
    'list-style:url("http://evil/x',
    '-moz-binding:url(http://evil/x)',
  ]) {
    assert.doesNotMatch(cleanCss(hostile).text, /evil|expression|import/i, hostile);
  }
  assert.equal(cleanCss('position:fixed;top:0').text, 'position:static;top:0');
});

test('honest CSS stays as it is', () => {
  const css = 'color:#333;border:1px solid rgb(1,2,3);width:calc(100% - 4px);font-family:"微软雅黑"';
  assert.deepEqual(cleanCss(css), { text: css, removed: 0 });
});

test('CSS of a megabyte is cleaned in linear time: a quadratic filter would need minutes', {
  timeout: 30_000,
}, () => {
  cleanCss('url('.repeat(250_000));
  cleanCss('/*'.repeat(500_000));
});

test('a link whose text names another site is told apart from one that leads where it says', () => {
  assert.equal(
    misleadingHost('www.icbc.com.cn', 'http://icbc.com.cn.evil.example/login'),
    'icbc.com.cn.evil.example',
  );
  assert.equal(misleadingHost('https://paypal.com/', 'https://paypa1.com/'), 'paypa1.com');
  assert.equal(misleadingHost('paypal.com', 'https://www.paypal.com/x'), null);
  assert.equal(misleadingHost('paypal.com', 'https://login.paypal.com/x'), null);
  assert.equal(misleadingHost('点击这里', 'https://evil.example/'), null);
});
