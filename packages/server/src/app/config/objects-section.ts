import type { Config } from './config.ts';
import {
  boolean,
  duration,
  integer,
  optionalPath,
  optionalText,
  type SchemaFor,
  type Section,
  section,
  size,
  text,
} from './setting.ts';

const second = 1_000;
const mebi = 1024 ** 2;
const gibi = 1024 ** 3;

/** The settings of `[store.objects]`: docs/operator/object-storage.md. */
export const objectsSection: Section<SchemaFor<Config['store']['objects']>> = section(
  'Bodies in a bucket of an S3-compatible store instead of files.',
  {
    url: optionalText({
      doc: 'Address of the store, without the bucket. Left out: bodies are files.',
      example: '"https://s3.example.net"',
    }),
    region: text('us-east-1', { doc: 'Region that requests are signed for.', example: '"cn-north-1"' }),
    bucket: text('hongyan', { doc: 'Bucket; it has to exist.', example: '"mail"' }),
    prefix: text('', {
      doc: 'What the names of all objects begin with. Two installations in one bucket need two.',
      example: '"hongyan/"',
    }),
    pathStyle: boolean(true, {
      doc: 'Whether the bucket stands in the path; `false`: before the host name.',
    }),
    accessKey: optionalText({
      doc: 'Name of the key to sign with. `HONGYAN_S3_ACCESS_KEY` goes before it.',
      example: '"hongyan"',
    }),
    secretKeyFile: optionalPath({
      doc: 'File whose first line is the secret of that key. `HONGYAN_S3_SECRET_KEY` goes before it.',
      example: '"/etc/hongyan/s3.secret"',
    }),
    trustedCa: optionalPath({
      doc: 'Certificate authorities to trust, PEM, instead of those built in.',
      example: '"/etc/hongyan/s3-ca.pem"',
    }),
    timeout: duration(10 * second, 100, 120 * second, {
      doc: 'How long the store may be silent before a request is tried again.',
    }),
    connections: integer(32, 1, 1_000, { doc: 'Most connections to the store, per process.' }),
    packAfter: duration(900 * second, second, 24 * 3_600 * second, {
      doc: 'After how long small bodies are gathered into an object even if there are few of them.',
    }),
    mergeRate: size(20 * 1000 ** 2, 0, 10 * gibi, {
      doc: 'How much a second is read in order to merge small objects into large ones; 0: they stay as they are.',
      example: '"20 MB"',
    }),
    mostWaiting: size(10 * gibi, 0, 1024 * gibi, {
      doc: 'How much of larger bodies the database takes while the store is away; then mail is refused for the time being.',
      example: '"10 GB"',
    }),
    cache: size(32 * mebi, 0, 16 * gibi, { doc: 'Bodies remembered in memory, per process.' }),
  },
);
