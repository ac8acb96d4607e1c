import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composedHtml, emptyContent } from './draft.ts';

test('SET-07: what is quoted has the font and size of one’s own words', () => {
  const quote = { head: '3月18日，何思远 写道：', html: '<p>报价单见附件。</p>' };
  const html = composedHtml(
    { ...emptyContent('i1'), html: '<div>收到。</div>', quote },
    { composeFont: 'KaiTi', composeFontSize: 18 },
  );
  const styles = [...html.matchAll(/<(div|blockquote) [^>]*style="([^"]*)"/g)].map(([, tag, style]) => ({
    tag,
    sized: style?.includes('font-size:18px') && style.includes("font-family:'KaiTi'"),
  }));
  assert.deepEqual(styles, [
    { tag: 'div', sized: true },
    { tag: 'div', sized: true },
    { tag: 'blockquote', sized: true },
  ]);
});
