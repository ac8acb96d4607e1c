import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { renderHelp } from './help-pages.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/admin/console');
const languages = ['en', 'zh'] as const;

/** Topic and parts of each page of help. */
function partsOf(language: string): Map<string, ReadonlySet<string>> {
  return new Map(
    globSync('*.md', { cwd: join(folder, language) }).map(file => {
      const html = renderHelp(readFileSync(join(folder, language, file), 'utf8'));
      return [
        basename(file, '.md'),
        new Set([...html.matchAll(/<h2 id="([\w-]+)"/g)].map(([, id]) => id ?? '')),
      ];
    }),
  );
}

describe('help of the console (GUI-04)', () => {
  test('each page of the console leads to a part that exists, in both languages', () => {
    const source = readFileSync(join(root, 'packages/web/src/console/pages.ts'), 'utf8');
    const pages = [...source.matchAll(/^ {4}key: '([\w-]+)',$/gm)].length;
    const links = [...source.matchAll(/^ {4}help: '([\w#-]+)',$/gm)].map(([, help]) => help ?? '');
    assert.equal(links.length, pages);
    assert.ok(pages > 20);
    for (const language of languages) {
      const parts = partsOf(language);
      for (const link of links) {
        const [topic = '', part] = link.split('#');
        assert.ok(parts.has(topic), `${language}: ${link}`);
        if (part !== undefined) assert.ok(parts.get(topic)?.has(part), `${language}: ${link}`);
      }
    }
  });

  test('links between the pages of help lead somewhere, and both languages have the same parts', () => {
    assert.deepEqual(partsOf('en'), partsOf('zh'));
    for (const language of languages) {
      const parts = partsOf(language);
      for (const topic of parts.keys()) {
        const html = renderHelp(readFileSync(join(folder, language, `${topic}.md`), 'utf8'));
        for (const [, target = ''] of html.matchAll(/<a href="([^"]+)"/g)) {
          const [file = '', part] = target.split('#');
          const name = file === '' ? topic : file.replace(/\.html$/, '');
          assert.ok(parts.has(name), `${language}/${topic}: ${target}`);
          if (part !== undefined) assert.ok(parts.get(name)?.has(part), `${language}/${topic}: ${target}`);
        }
      }
    }
  });

  test('text is text: markup of HTML is not passed on', () => {
    assert.equal(
      renderHelp('a <script>b</script> `<i>`'),
      '<p>a &lt;script&gt;b&lt;/script&gt; <code>&lt;i&gt;</code></p>',
    );
  });
});
