import { LINK_LOCAL } from './addresses.ts';
import type { ServedGuest } from './identity.ts';
import type { Ask, MetadataService, Reply } from './service.ts';

/** A leaf is a text, a folder an object. */
interface Folder {
  readonly [name: string]: string | Folder;
}

const ROOT = '/computeMetadata/v1';
const PROJECT = 'projects/123456789012';
const flavor = { 'Metadata-Flavor': 'Google', Server: 'Metadata Server for VM' } as const;

/** The metadata server of Compute Engine: "About VM metadata" in its documentation. */
export function gceMetadata(guest: ServedGuest): MetadataService {
  const tree = metadata(guest);
  return {
    name: 'metadata',
    addresses: [{ address: LINK_LOCAL, port: 80 }],
    answer(ask) {
      const reply = give(tree, ask);
      return { ...reply, headers: { ...flavor, ...reply.headers } };
    },
  };
}

function give(tree: Folder, { method, path, query, headers }: Ask): Reply {
  if (path === '/') return { status: 200, body: 'computeMetadata/\n' };
  if (headers['x-forwarded-for'] !== undefined) return { status: 403, refused: 'the request was forwarded' };
  if (headers['metadata-flavor'] !== 'Google')
    return { status: 403, refused: 'the header Metadata-Flavor: Google is missing' };
  // Guests publish their host keys there.
  if (method === 'PUT' && path.startsWith(`${ROOT}/instance/guest-attributes/`)) return { status: 200 };
  if (method !== 'GET') return { status: 405, refused: 'only GET is answered' };
  if (path !== ROOT && !path.startsWith(`${ROOT}/`)) return { status: 404, refused: 'there is nothing' };
  const found = find(tree, path.slice(ROOT.length).split('/').filter(Boolean));
  if (found === undefined) return { status: 404, refused: 'there is nothing' };
  if (typeof found === 'string') return { status: 200, body: found };
  if (query.get('recursive')?.toLowerCase() === 'true') {
    return { status: 200, body: JSON.stringify(found), headers: { 'Content-Type': 'application/json' } };
  }
  const names = Object.entries(found).map(([name, value]) => (typeof value === 'string' ? name : `${name}/`));
  return { status: 200, body: `${names.join('\n')}\n` };
}

function find(tree: Folder, names: readonly string[]): string | Folder | undefined {
  let at: string | Folder | undefined = tree;
  for (const name of names) at = typeof at === 'object' && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

function metadata({ hostname, publicKey, user, userData, mac, address }: ServedGuest): Folder {
  return {
    instance: {
      attributes: { 'ssh-keys': `${user}:${publicKey}`, 'user-data': userData, 'block-project-ssh-keys': 'true' },
      'cpu-platform': 'Intel Ice Lake',
      description: '',
      hostname,
      id: String(BigInt(`0x${Buffer.from(hostname).toString('hex').slice(-15) || '1'}`)),
      image: 'projects/kiln/global/images/kiln',
      'machine-type': `${PROJECT}/machineTypes/n2-standard-2`,
      name: hostname,
      'network-interfaces': { '0': { ip: address, mac, network: `${PROJECT}/networks/default`, mtu: '1460' } },
      tags: '[]',
      zone: `${PROJECT}/zones/europe-west1-b`,
    },
    project: { attributes: {}, 'numeric-project-id': '123456789012', 'project-id': 'kiln' },
  };
}
