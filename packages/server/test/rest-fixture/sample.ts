import type { Operation } from '@hongyan/server/protocols/rest/kit/operation.ts';
import type { RestRequest } from '@hongyan/testkit/rest-house.ts';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** A value that fits a schema, as small as can be; properties named as one of `ids` get its value. */
function valueFor(schema: Schema, ids: Readonly<Record<string, unknown>>): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return valueFor(schema.anyOf[0] ?? {}, ids);
  switch (schema.type) {
    case 'object': {
      const { properties = {}, required = [] } = schema;
      return Object.fromEntries(
        required.map(name => [
          name,
          Object.hasOwn(ids, name) && fits(properties[name], ids[name])
            ? ids[name]
            : valueFor(properties[name] ?? {}, ids),
        ]),
      );
    }
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => valueFor(schema.items ?? {}, ids));
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      if (schema.format === 'date-time') return '2030-01-01T00:00:00Z';
      return 'x'.repeat(Math.max(1, schema.minLength ?? 1));
  }
}

function fits(schema: Schema | undefined, value: unknown): boolean {
  if (schema?.type === 'integer') return typeof value === 'number';
  return schema?.type === typeof value;
}

/** A request to an operation: its own sample, and what that leaves out made up. */
export function sampleOf(
  operation: Operation,
  ids: Readonly<Record<string, string | number>>,
): { readonly path: string; readonly request: RestRequest } {
  const { sample, params, query, body, upload } = operation;
  const properties = params.properties as Readonly<Record<string, Schema>>;
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = sample?.params?.[name] ?? ids[name] ?? valueFor(properties[name] ?? {}, ids);
    return encodeURIComponent(String(value));
  });
  const wanted = { ...(valueFor(query, ids) as Record<string, unknown>), ...sample?.query };
  const search = new URLSearchParams(
    Object.entries(wanted).map(([name, value]) => [name, String(value)]),
  ).toString();
  const path = search === '' ? filled : `${filled}?${search}`;
  if (upload) return { path, request: { raw: 'x', headers: { 'content-type': upload.types[0] ?? '' } } };
  if (!body) return { path, request: {} };
  return { path, request: { body: sample?.body ?? valueFor(body, ids) } };
}
