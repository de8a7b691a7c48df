import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 3600;

/**
 * Unpacks a gzip-compressed tar that must hold exactly one file, keeping its holes.
 * @param folder where the file goes; GNU tar itself keeps members from leaving it
 * @throws {KilnError} `release-invalid` when the archive holds anything else, `tool-failed` when it is damaged
 */
export async function extractOnlyMember(exec: Exec, archive: string, member: string, folder: string): Promise<void> {
  const { stdout } = await exec.run(
    [
      'tar',
      '--extract',
      '--gzip',
      '--sparse',
      '--no-same-owner',
      '--verbose',
      '--file',
      archive,
      '--directory',
      folder,
    ],
    { purpose: `unpack ${archive}`, timeoutSeconds: LIMIT_SECONDS },
  );
  const members = stdout.trimEnd().split('\n');
  if (members.length === 1 && members[0] === member) return;
  throw new KilnError({
    code: 'release-invalid',
    message: `${archive} holds [${members.slice(0, 5).join(', ')}] instead of ${member} alone`,
    hint: 'Bake the release again.',
  });
}
