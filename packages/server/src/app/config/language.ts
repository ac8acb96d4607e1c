import { type Language, languageOf } from '@hongyan/phrases/phrases.ts';
import type { Config } from './config.ts';

/** The language of the configuration, else of the environment. */
export function houseLanguage(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  if (config.language !== 'auto') return config.language;
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  return languageOf(LC_ALL || LC_MESSAGES || LANG);
}
