import { readFileSync } from 'node:fs';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { S3Client } from '../../store/engines/s3/client.ts';
import type { S3Credentials } from '../../store/engines/s3/signature.ts';
import type { OpenSpoolContext } from '../../store/spool/open-spool.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { installation, settingOnce } from '../../store/system/settings.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/load.ts';
import { StartError } from '../start-error.ts';

const attempts = 4;
const bucketSetting = 'installation.bucket';

type Objects = Config['store']['objects'];

function refused(reason: string): StartError {
  return new StartError('serve.objects', { reason });
}

function credentials(objects: Objects, environment: Environment): S3Credentials {
  const accessKey = environment['HONGYAN_S3_ACCESS_KEY'] || objects.accessKey;
  const secretKey =
    environment['HONGYAN_S3_SECRET_KEY'] ||
    (objects.secretKeyFile === null
      ? ''
      : (readFileSync(objects.secretKeyFile, 'utf8').split(/\r?\n/, 1)[0] ?? ''));
  if (!accessKey || secretKey === '') throw new Error('access_key and secret_key_file are needed');
  return { accessKey, secretKey };
}

function endpointOf(text: string): string {
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('url is neither https nor http');
  if (url.username !== '' || url.search !== '') throw new Error('url has more than host, port and path');
  return url.href;
}

/**
 * The bucket that the configuration names, or nothing. Throws `StartError` for settings that cannot be right; whether the
 * store answers is not asked, so that a server starts while it is away.
 */
export function objectStore(
  config: Config,
  clock: Clock,
  log: Log,
  environment: Environment,
): Pick<OpenSpoolContext, 'objects'> {
  const { objects } = config.store;
  if (objects.url === null) return {};
  try {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(objects.bucket)) throw new Error('bucket is not a name');
    if (objects.prefix !== '' && !/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*\/$/.test(objects.prefix)) {
      throw new Error('prefix has to end with a slash and to consist of letters, digits, dots and hyphens');
    }
    const client = new S3Client({
      endpoint: endpointOf(objects.url),
      region: objects.region,
      bucket: objects.bucket,
      pathStyle: objects.pathStyle,
      credentials: credentials(objects, environment),
      ca: objects.trustedCa === null ? null : readFileSync(objects.trustedCa, 'utf8'),
      timeoutMs: objects.timeout,
      attempts,
      connections: objects.connections,
      clock,
      log,
    });
    const options = {
      prefix: objects.prefix,
      mostKeptBytes: objects.mostWaiting,
      cacheBytes: objects.cache,
    };
    return { objects: { client, options } };
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Refuses another bucket than the one that the rows know: bodies would be missing, and names of objects be given out twice.
 * The first to come names it. Address and credentials may change.
 */
export async function requireSameBucket(system: CompanyDatabase, config: Config): Promise<void> {
  const { objects } = config.store;
  if (objects.url === null) return;
  const mine = `${objects.bucket}/${objects.prefix}`;
  const stands = await system
    .of(installation)
    .transact(tx => settingOnce(tx, installation, bucketSetting, mine));
  if (stands !== mine) throw refused(`bodies of this installation are in ${stands}, not in ${mine}`);
}
