import { createPhrases, type Language } from '@hongyan/phrases/phrases.ts';
import {
  type ErrorCode,
  type ErrorFields,
  errorCatalogue,
  isMailError,
  MailError,
} from '../../../platform/errors.ts';
import { InputError, type InputProblem } from './input.ts';

/** Problem details (RFC 9457) with a stable `code`. */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const phrases = { 'zh-CN': createPhrases('zh-CN'), en: createPhrases('en') };

/** The problem that a failure is; `null` for one that has no name and belongs into the log. */
export function problemOf(error: unknown, language: Language): Problem | null {
  const failure = isMailError(error) ? error : asClientError(error);
  if (!failure) return null;
  const { code, fields } = failure;
  return problem(code, fields, language, error instanceof InputError ? error.problems : undefined);
}

/** What is answered to a failure that has no name. */
export function unknownProblem(language: Language): Problem {
  return { ...problem('store.unavailable', {}, language), status: 500 };
}

function problem(
  code: ErrorCode,
  fields: ErrorFields,
  language: Language,
  problems?: readonly InputProblem[],
): Problem {
  const status = errorCatalogue[code].http;
  const { seconds } = fields;
  return {
    status,
    headers: {
      ...(typeof seconds === 'number' && { 'retry-after': String(Math.max(1, Math.ceil(seconds))) }),
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="Hongyan"' }),
      'content-language': language,
    },
    body: {
      ...fields,
      type: `urn:hongyan:error:${code}`,
      title: phrases[language].find(`error.${code}`, fields) ?? code,
      status,
      code,
      ...(problems && { problems }),
    },
  };
}

/** What the HTTP layer refuses has a status and no name. */
function asClientError(error: unknown): MailError | null {
  if (!(error instanceof Error && 'statusCode' in error)) return null;
  const { statusCode } = error;
  if (statusCode === 413) return new MailError('api.body_too_large');
  if (statusCode === 415) return new MailError('api.media_type');
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new MailError('input.invalid', { field: 'request' });
  }
  return null;
}
