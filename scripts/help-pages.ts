// Makes the help that the console links to: docs/admin/console/{en,zh}/*.md as pages of packages/web/dist/help.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const source = join(root, 'docs/admin/console');
const languages = ['en', 'zh'] as const;

const words = {
  en: { title: 'Administration help', other: '中文', back: 'To the console' },
  zh: { title: '管理后台使用帮助', other: 'English', back: '去管理后台' },
} as const;

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** `code`, **bold**, *emphasis* and [links](x.md#y) of one line. */
function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map(part =>
      part.startsWith('`') && part.length > 2
        ? `<code>${escape(part.slice(1, -1))}</code>`
        : escape(part)
            .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
            .replace(/\*([^*]+)\*/g, '<em>$1</em>')
            .replace(
              /\[([^\]]+)\]\(([^)\s]+)\)/g,
              (_, label: string, target: string) =>
                `<a href="${target.replace(/^([\w-]+)\.md(?=#|$)/, '$1.html')}">${label}</a>`,
            ),
    )
    .join('');
}

function tableRow(line: string, cell: 'th' | 'td'): string {
  const cells = line.replace(/^\||\|\s*$/g, '').split('|');
  return `<tr>${cells.map(text => `<${cell}>${inline(text.trim())}</${cell}>`).join('')}</tr>`;
}

/**
 * The part of Markdown that our own help uses: headings, `<a id>` before them, paragraphs, lists of one level, tables,
 * fenced code. Anything else stays as it is written.
 */
export function renderHelp(markdown: string): string {
  const blocks = markdown.trim().split(/\n{2,}/);
  let anchor = '';
  return blocks
    .map(block => {
      const lines = block.split('\n');
      const [first = ''] = lines;
      const marked = /^<a id="([\w-]+)"><\/a>$/.exec(block.trim());
      if (marked) {
        anchor = ` id="${marked[1]}"`;
        return '';
      }
      const heading = /^(#{1,3}) (.+)$/.exec(first);
      if (heading) {
        const level = heading[1]?.length ?? 1;
        const id = anchor;
        anchor = '';
        return `<h${level}${id}>${inline(heading[2] ?? '')}</h${level}>`;
      }
      if (first.startsWith('```')) return `<pre>${escape(lines.slice(1, -1).join('\n'))}</pre>`;
      if (first.startsWith('|'))
        return `<table><thead>${tableRow(first, 'th')}</thead><tbody>${lines
          .slice(2)
          .map(line => tableRow(line, 'td'))
          .join('')}</tbody></table>`;
      const item = /^(?:- |\d+\. )/;
      if (item.test(first)) {
        const list = /^\d/.test(first) ? 'ol' : 'ul';
        return `<${list}>${lines.map(line => `<li>${inline(line.replace(item, ''))}</li>`).join('')}</${list}>`;
      }
      return `<p>${inline(lines.join(' '))}</p>`;
    })
    .filter(Boolean)
    .join('\n');
}

interface Topic {
  readonly name: string;
  readonly title: string;
  readonly markdown: string;
}

function topicsOf(language: (typeof languages)[number]): Topic[] {
  return globSync('*.md', { cwd: join(source, language) })
    .map(file => {
      const markdown = readFileSync(join(source, language, file), 'utf8');
      return { name: basename(file, '.md'), title: /^# (.+)$/m.exec(markdown)?.[1] ?? file, markdown };
    })
    .toSorted((a, b) => order(a.name) - order(b.name));
}

/** As the groups of the navigation stand. */
const names = ['overview', 'people', 'sharing', 'domains', 'find', 'security', 'company'];
function order(name: string): number {
  const at = names.indexOf(name);
  return at === -1 ? names.length : at;
}

function pageOf(topic: Topic, topics: readonly Topic[], language: (typeof languages)[number]): string {
  const text = words[language];
  const other = language === 'zh' ? 'en' : 'zh';
  const links = topics.map(
    ({ name, title }) =>
      `<a href="${name}.html"${name === topic.name ? ' aria-current="page"' : ''}>${escape(title)}</a>`,
  );
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(topic.title)} · ${text.title}</title>
<link rel="icon" href="/mark.svg">
<link rel="stylesheet" href="/help.css">
</head>
<body>
<header><strong>${text.title}</strong><a href="../${other}/${topic.name}.html" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${text.other}</a><a href="/admin">${text.back}</a></header>
<nav aria-label="${text.title}">${links.join('')}</nav>
<main>
${renderHelp(topic.markdown)}
</main>
</body>
</html>
`;
}

/** Writes all pages into `target`/help. Returns how many. */
export function buildHelp(target: string): number {
  let count = 0;
  for (const language of languages) {
    const topics = topicsOf(language);
    const folder = join(target, 'help', language);
    mkdirSync(folder, { recursive: true });
    for (const topic of topics) {
      writeFileSync(join(folder, `${topic.name}.html`), pageOf(topic, topics, language));
      count += 1;
    }
  }
  return count;
}
