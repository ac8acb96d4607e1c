import { isMailError } from '../../../platform/errors.ts';
import { savePacks } from '../../../store/backup/save-packs.ts';
import { checkPackPlaces, type ShortPack } from '../../../store/blobs/check/pack-places.ts';
import { type ExitCode, exitCode } from '../../exit-codes.ts';
import type { House } from '../../house.ts';
import type { CommandContext } from '../context.ts';

/** What became of the bodies in a backup. */
export interface SavedBodies {
  /** Paths in the backup of packs that came out of the bucket. */
  readonly paths: readonly string[];
  /** `files`: copied, there is no bucket; `copied`: out of it, too; `bucket`: they are there alone. */
  readonly where: 'files' | 'copied' | 'bucket';
  readonly packs: number;
  readonly short: readonly ShortPack[];
  /** The bucket could not be asked. */
  readonly away: boolean;
}

/**
 * Copies the bodies that are in a bucket, if they are wanted, and looks whether all that the rows name is there. `present`:
 * packs that the backup has from the directory.
 */
export async function saveBucket(
  house: House,
  target: string,
  present: ReadonlySet<string>,
  options: {
    readonly copy: boolean;
    readonly signal: AbortSignal;
    readonly progress: (path: string) => void;
  },
): Promise<SavedBodies> {
  const { blobs, objects } = house.spool;
  const { signal, progress } = options;
  const paths =
    objects && options.copy ? await savePacks(objects, target, present, { signal, progress }) : [];
  const where = objects ? (options.copy ? 'copied' : 'bucket') : 'files';
  try {
    return { paths, where, ...(await checkPackPlaces(blobs, signal)), away: false };
  } catch (error) {
    if (!isMailError(error, 'store.unavailable')) throw error;
    return { paths, where, packs: 0, short: [], away: true };
  }
}

/** What is to be told of it, and the status that goes with it. */
export function bodiesReport(
  ctx: CommandContext,
  house: Pick<House, 'config'>,
  { where, packs, short, away }: SavedBodies,
): { readonly lines: string[]; readonly code: ExitCode | undefined } {
  const { phrases } = ctx;
  const { bucket, prefix } = house.config.store.objects;
  const lines: string[] = [];
  if (where === 'bucket') lines.push(phrases.say('command.backup_bucket', { bucket: `${bucket}/${prefix}` }));
  if (away) lines.push(phrases.say('command.backup_bucket_away'));
  else if (short.length > 0)
    lines.push(
      phrases.say('command.backup_packs_missing', { count: short.length, packs, first: short[0]?.pack ?? 0 }),
    );
  else if (where !== 'files') lines.push(phrases.say('command.backup_packs_there', { packs }));
  return { lines, code: away || short.length > 0 ? exitCode.findings : undefined };
}
