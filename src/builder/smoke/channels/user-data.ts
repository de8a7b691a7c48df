import { stringify } from 'yaml';
import type { HandedConfiguration } from './channel.ts';

type Settings = HandedConfiguration['settings'];

/** Who a run logs in as where the channel lets it choose. */
export const LOGIN_USER = 'kiln';

/** The appliance's own administrator, whom keys from a cloud's own channel let in. */
export const DEFAULT_USER = 'admin';

export interface UserData {
  readonly timeServer?: string;
  readonly publicKey?: string;
  readonly kiln?: Settings;
}

/**
 * A document for cloud-init, as a customer would write it. JSON is YAML, and needs no thought about quoting.
 * @param timeServer an address; absent: the platform has its own way
 * @param publicKey of {@link LOGIN_USER}; absent: the platform hands the key over itself
 * @param kiln settings of the appliance's own configuration; absent: none
 */
export function userData({ timeServer, publicKey, kiln }: UserData): string {
  const user = {
    name: LOGIN_USER,
    gecos: 'Smoke run',
    lock_passwd: true,
    shell: '/bin/bash',
    sudo: ['ALL=(ALL) NOPASSWD:ALL'],
    ssh_authorized_keys: [publicKey],
  };
  const time = {
    write_files: [{ path: '/etc/chrony/sources.d/site.sources', content: `server ${timeServer} iburst\n` }],
    // chronyd may have read its folder before.
    runcmd: [['chronyc', 'reload', 'sources']],
  };
  const document = {
    ...(publicKey === undefined ? {} : { users: ['default', user] }),
    ...(timeServer === undefined ? {} : time),
    ...(kiln === undefined ? {} : { kiln }),
  };
  return `#cloud-config\n${JSON.stringify(document, null, 2)}\n`;
}

/** User-data that is the appliance's configuration and nothing else, as JSON or as YAML with its mark. */
export function plainDocument(settings: Settings, form: 'json' | 'yaml'): string {
  return form === 'json' ? `${JSON.stringify(settings, null, 2)}\n` : `#kiln-config\n${stringify(settings)}`;
}
