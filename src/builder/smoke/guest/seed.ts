import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../../exec/run.ts';
import { makeSeedIso } from '../../tools/seed-iso.ts';

/** Who a run logs in as. */
export const LOGIN_USER = 'kiln';

export interface SeedInput {
  /** Also the instance id: no guest takes another's state for its own. */
  readonly hostname: string;
  readonly publicKey: string;
}

/** The two documents of a NoCloud seed. JSON is YAML, and needs no thought about quoting. */
export function seedDocuments({ hostname, publicKey }: SeedInput): Readonly<Record<'user-data' | 'meta-data', string>> {
  const user = {
    name: LOGIN_USER,
    gecos: 'Smoke run',
    lock_passwd: true,
    shell: '/bin/bash',
    sudo: ['ALL=(ALL) NOPASSWD:ALL'],
    ssh_authorized_keys: [publicKey],
  };
  return {
    'user-data': `#cloud-config\n${JSON.stringify({ users: ['default', user] }, null, 2)}\n`,
    'meta-data': `${JSON.stringify({ 'instance-id': `iid-${hostname}`, 'local-hostname': hostname }, null, 2)}\n`,
  };
}

/** @param folder of the guest */
export async function makeSeed(exec: Exec, folder: string, iso: string, input: SeedInput): Promise<void> {
  const content = join(folder, 'seed');
  await mkdir(content);
  for (const [name, text] of Object.entries(seedDocuments(input))) await writeFile(join(content, name), text);
  await makeSeedIso(exec, content, iso);
}
