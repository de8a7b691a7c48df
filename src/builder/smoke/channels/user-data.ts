/** Who a run logs in as where the channel lets it choose. */
export const LOGIN_USER = 'kiln';

/** The appliance's own administrator, whom keys from a cloud's own channel let in. */
export const DEFAULT_USER = 'admin';

/**
 * A document for cloud-init, as a customer would write it. JSON is YAML, and needs no thought about quoting.
 * @param timeServer an address; absent: the platform has its own way
 * @param publicKey of {@link LOGIN_USER}; absent: the platform hands the key over itself
 */
export function userData({ timeServer, publicKey }: { timeServer?: string; publicKey?: string }): string {
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
  };
  return `#cloud-config\n${JSON.stringify(document, null, 2)}\n`;
}
