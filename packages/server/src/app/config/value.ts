import type { Phrases } from '@hongyan/phrases/phrases.ts';
import { durationUnits, type Kind, sizeUnits, tomlName } from './setting.ts';

/** What a value of a kind is read as, or null when it is none. Tables are read by the loader. */
export function readValue(kind: Kind, value: unknown): { readonly value: unknown } | null {
  switch (kind.type) {
    case 'text':
    case 'path':
      return typeof value === 'string' && (kind.type === 'text' || value !== '') ? { value } : null;
    case 'boolean':
      return typeof value === 'boolean' ? { value } : null;
    case 'integer':
      return within(value, kind.min, kind.max);
    case 'port':
      return value === false ? { value } : within(value, 0, 65_535);
    case 'size':
      return within(typeof value === 'string' ? parseUnits(value, sizeUnits) : value, kind.min, kind.max);
    case 'duration':
      return within(typeof value === 'string' ? parseUnits(value, durationUnits) : null, kind.min, kind.max);
    case 'choice':
      return typeof value === 'string' && kind.choices.includes(value) ? { value } : null;
    case 'list':
      return readList(kind.entry, value);
    case 'table':
    case 'tables':
      return null;
    default:
      return kind satisfies never;
  }
}

function within(value: unknown, min: number, max: number): { readonly value: number } | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    ? { value }
    : null;
}

function readList(entry: Kind, value: unknown): { readonly value: unknown } | null {
  if (!Array.isArray(value)) return null;
  const list: unknown[] = [];
  for (const item of value) {
    const read = readValue(entry, item);
    if (!read) return null;
    list.push(read.value);
  }
  return { value: Object.freeze(list) };
}

/** `"1.5 GB"` in the base unit; null without a number or with an unknown unit. Unit names are compared without case. */
export function parseUnits(text: string, units: readonly (readonly [string, number])[]): number | null {
  const match = /^\s*([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([A-Za-z]{1,3})\s*$/.exec(text);
  if (!match) return null;
  const unit = units.find(([name]) => name.toLowerCase() === match[2]?.toLowerCase());
  return unit ? Math.round(Number(match[1]) * unit[1]) : null;
}

/** What would be right, in words. */
export function describeKind(kind: Kind, key: string, phrases: Phrases): string {
  switch (kind.type) {
    case 'text':
    case 'path':
    case 'boolean':
    case 'port':
    case 'size':
    case 'duration':
      return phrases.say(`config.type.${kind.type}`);
    case 'integer':
      return phrases.say('config.type.integer', { min: kind.min, max: kind.max });
    case 'choice':
      return phrases.say('config.type.choice', {
        choices: kind.choices.map(name => JSON.stringify(name)).join(', '),
      });
    case 'list':
      return phrases.say('config.type.list', { entry: describeKind(kind.entry, key, phrases) });
    case 'table':
      return phrases.say('config.type.table', { keys: Object.keys(kind.keys).map(tomlName).join(', ') });
    case 'tables':
      return phrases.say('config.type.tables', { key });
    default:
      return kind satisfies never;
  }
}

/** What was found instead, in words. Long texts are cut. */
export function describeFound(value: unknown, phrases: Phrases): string {
  if (typeof value === 'string') {
    return phrases.say('config.found.text', { value: JSON.stringify(value.slice(0, 80)) });
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    return phrases.say('config.found.number', { value: String(value) });
  }
  if (typeof value === 'boolean') return phrases.say('config.found.boolean', { value: String(value) });
  if (Array.isArray(value)) return phrases.say('config.found.list');
  if (value instanceof Date) return phrases.say('config.found.date');
  return phrases.say('config.found.table');
}
