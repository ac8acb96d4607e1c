import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { createPhrases, type Language } from '@hongyan/phrases/phrases.ts';
import type { ObjectKind } from '../objects/kind.ts';
import { int, line, text } from '../objects/shape.ts';

/** Templates of one's own (CMP-09). */
export const templateKind: ObjectKind = {
  type: 'template',
  name: 'Template',
  prefix: 'tp',
  shape: ({ maxText }) => ({
    name: line(100, 1),
    subject: line(500),
    htmlBody: text(maxText),
    sortOrder: int(0, 2 ** 31),
  }),
  defaults: { subject: '', htmlBody: '', sortOrder: 0 },
  serverSet: new Set(['id', 'isPreset']),
  immutable: new Set(),
  max: limits => limits.maxTemplates,
};

const presets = ['introduction', 'quotation', 'follow_up', 'order', 'shipping', 'payment'] as const;

/** The six templates that everybody has (CMP-09), in a language. */
export function presetTemplates(language: Language): JsonObject[] {
  const phrases = createPhrases(language);
  const say = (key: `template.${(typeof presets)[number]}.${'name' | 'subject' | 'body'}`): string =>
    phrases.say(key).replaceAll('[[', '{{').replaceAll(']]', '}}');
  return presets.map((name, index) => ({
    id: `preset-${index + 1}`,
    name: say(`template.${name}.name`),
    subject: say(`template.${name}.subject`),
    htmlBody: say(`template.${name}.body`)
      .split('\n')
      .map(paragraph => `<p>${paragraph}</p>`)
      .join(''),
    sortOrder: 0,
    isPreset: true,
  }));
}
