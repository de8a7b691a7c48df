import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';
import { dumpFile } from '../tools/debugfs.ts';
import { chainFault } from '../tools/openssl-certificates.ts';
import { signingInvalid } from './invalid.ts';
import { readKeyring } from './keyring.ts';

/** Where provisioner 88-updates puts it. */
const KEYRING = '/etc/rauc/keyring.pem';

/**
 * Looks whether a slot image trusts a certificate: the keyring it was baked with leads to it. An appliance of this
 * release would else refuse whatever the same keys sign next.
 * @param certificate PEM, absolute
 * @param scratch a folder
 * @throws {KilnError} `signing-invalid`; `release-invalid` for an image without a keyring
 */
export async function checkImageAccepts(exec: Exec, slot: string, certificate: string, scratch: string): Promise<void> {
  const keyring = join(scratch, 'image-keyring.pem');
  await writeFile(keyring, '');
  await dumpFile(exec, { disk: slot, offset: 0 }, KEYRING, keyring);
  const text = await readFile(keyring, 'utf8');
  if (text === '') throw noKeyring();
  readKeyring(text, `${KEYRING} of the image`);
  const objection = await chainFault(exec, { certificate, keyring });
  if (objection === undefined) return;
  throw signingInvalid(
    certificate,
    `the keyring that the image was baked with does not accept it: ${objection}`,
    'Bake the image with a keyring that has the authority of this certificate; docs/releases.md tells how.',
  );
}

function noKeyring(): KilnError {
  return new KilnError({
    code: 'release-invalid',
    message: `the image in the update bundle has no ${KEYRING}: it takes no updates at all`,
    hint: 'Bake it again.',
  });
}
