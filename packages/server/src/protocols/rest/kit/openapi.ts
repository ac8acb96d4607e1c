import type { TObject, TSchema } from 'typebox';
import { errorCatalogue } from '../../../platform/errors.ts';
import { base } from './handler.ts';
import type { Operation } from './operation.ts';
import { nameKeyword } from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

const problemSchema: Json = {
  type: 'object',
  description: 'Problem details (RFC 9457)',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'In the language of Accept-Language' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errorCatalogue) },
    problems: {
      type: 'array',
      description: 'With `input.invalid`: all that does not fit',
      items: {
        type: 'object',
        required: ['field', 'rule'],
        properties: {
          field: { type: 'string', description: 'JSON pointer into the body, path or query' },
          rule: { type: 'string' },
          limit: { type: ['string', 'number'] },
        },
      },
    },
  },
};

/** The OpenAPI 3.1 document of the operations, made from the schemas that check their requests and answers. */
export function openApiDocument(operations: readonly Operation[]): Json {
  const components = new Map<string, unknown>([['Problem', problemSchema]]);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = describe(operation, components);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Hongyan administration API',
      version: '1',
      description: 'Everything that administrators of a company may do. See docs/api/administration.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: base }],
    security: [{ token: [] }, { session: [], ownPage: [] }],
    tags: [...new Set(operations.map(operation => operation.tag))].sort().map(name => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(components),
      responses: {
        Problem: {
          description: 'It did not work; `code` says why',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'hy_…' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-hongyan' },
        ownPage: { type: 'apiKey', in: 'header', name: 'X-Hongyan' },
      },
    },
  };
}

function describe(operation: Operation, components: Map<string, unknown>): Json {
  const { id, summary, description, tag, body, upload } = operation;
  const parameters = [
    ...parametersOf(operation.params, 'path', components),
    ...parametersOf(operation.query, 'query', components),
    ...headersOf(operation),
  ];
  const content = body
    ? { 'application/json': { schema: resolve(body, components) } }
    : upload && Object.fromEntries(upload.types.map(type => [type, {}]));
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: true, content } }),
    responses: {
      [operation.status]: answerOf(operation, components),
      default: { $ref: '#/components/responses/Problem' },
    },
    'x-hongyan-permission': permissionOf(operation),
  };
}

/** Who may call, as the document and the test of permissions read it. */
export function permissionOf(operation: Operation): Json {
  return {
    function: operation.function,
    access: operation.access,
    ...(operation.role && { role: operation.role }),
    ...(operation.wholeCompany && { wholeCompany: true }),
    ...(operation.personOnly && { personOnly: true }),
  };
}

function answerOf(operation: Operation, components: Map<string, unknown>): Json {
  const { response, download } = operation;
  if (download) {
    return { description: 'A file', content: Object.fromEntries(download.map(type => [type, {}])) };
  }
  if (!response) return { description: 'Done' };
  return {
    description: operation.status === 202 ? 'Begun; the job tells how it goes' : 'Done',
    content: { 'application/json': { schema: resolve(response, components) } },
  };
}

function parametersOf(schema: TObject, place: 'path' | 'query', components: Map<string, unknown>): Json[] {
  const required = new Set<string>((schema.required as readonly string[] | undefined) ?? []);
  return Object.entries(schema.properties as Readonly<Record<string, TSchema>>).map(([name, property]) => {
    const { description, ...rest } = resolve(property, components) as Readonly<Record<string, unknown>>;
    return {
      name,
      in: place,
      required: place === 'path' || required.has(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

function headersOf(operation: Operation): Json[] {
  const headers: [string, string][] = [];
  if (operation.method !== 'GET') {
    headers.push([
      'Idempotency-Key',
      'Once done, the same request with the same key gets the same answer for 24 hours',
    ]);
  }
  if (operation.current) {
    headers.push(['If-Match', 'ETag of the object as it was read; 412 when it was changed since']);
  }
  return headers.map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));
}

/** A schema with those that have a name replaced by references. */
function resolve(schema: unknown, components: Map<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map(item => resolve(item, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { [nameKeyword]: name, ...rest } = schema as Readonly<Record<string, unknown>>;
  if (typeof name === 'string' && components.has(name)) return { $ref: `#/components/schemas/${name}` };
  if (typeof name === 'string') components.set(name, null);
  const resolved = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, resolve(value, components)]),
  );
  if (typeof name !== 'string') return resolved;
  components.set(name, resolved);
  return { $ref: `#/components/schemas/${name}` };
}
