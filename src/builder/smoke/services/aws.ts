import { randomBytes } from 'node:crypto';
import { LINK_LOCAL } from './addresses.ts';
import type { ServedGuest } from './identity.ts';
import type { Ask, MetadataService, Reply } from './service.ts';
import { lookUp, type MetadataTree } from './tree.ts';

const versions = ['2009-04-04', '2016-09-02', '2018-09-24', '2021-03-23', '2024-04-11'] as const;
const TOKEN_PATH = '/latest/api/token';
const MAX_TOKEN_SECONDS = 21_600;
const REGION = 'eu-central-1';

/**
 * The instance metadata service of EC2, version 2 alone: "Use the Instance Metadata Service to access instance
 * metadata" in the EC2 user guide. The hop limit lives in the IP header, which QEMU's user network does not hand on:
 * what the service itself does about forwarded requests (X-Forwarded-For) is here, the limit is not.
 */
export function awsMetadata(guest: ServedGuest, now: () => number = Date.now): MetadataService {
  const tokens = new Map<string, number>();
  const tree = metadata(guest);
  return {
    name: 'imds',
    addresses: [{ address: LINK_LOCAL, port: 80 }],
    answer(ask) {
      if (ask.path === TOKEN_PATH && ask.method === 'PUT') return giveToken(ask, tokens, now());
      if (ask.method !== 'GET') return { status: 405, refused: 'only GET is answered' };
      const expires = tokens.get(ask.headers['x-aws-ec2-metadata-token'] ?? '');
      if (expires === undefined) return { status: 401, refused: 'no token: version 1 is switched off' };
      if (expires < now()) return { status: 401, refused: 'the token has expired' };
      return give(tree, guest.userData, ask.path);
    },
  };
}

function giveToken({ headers }: Ask, tokens: Map<string, number>, now: number): Reply {
  if (headers['x-forwarded-for'] !== undefined) return { status: 403, refused: 'the request was forwarded' };
  const seconds = Number(headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? Number.NaN);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_TOKEN_SECONDS)
    return { status: 400, refused: `a token lives from 1 to ${MAX_TOKEN_SECONDS} s` };
  const token = randomBytes(40).toString('base64');
  tokens.set(token, now + seconds * 1000);
  return { status: 200, body: token, headers: { 'X-Aws-Ec2-Metadata-Token-Ttl-Seconds': String(seconds) } };
}

function give(tree: MetadataTree, userData: string, path: string): Reply {
  if (path === '/') return { status: 200, body: [...versions, 'latest'].join('\n') };
  const [, version = '', ...rest] = path.split('/');
  if (!(versions as readonly string[]).includes(version) && version !== 'latest')
    return { status: 404, refused: 'there is no such version' };
  const below = rest.join('/');
  if (below === 'user-data') return { status: 200, body: userData };
  const body = lookUp(tree, below);
  return body === undefined ? { status: 404, refused: 'there is nothing' } : { status: 200, body };
}

function metadata({ hostname, publicKey, mac, address, prefix }: ServedGuest): MetadataTree {
  const instance = `i-${Buffer.from(hostname).toString('hex').slice(0, 17).padEnd(17, '0')}`;
  const zone = `${REGION}a`;
  const card = `meta-data/network/interfaces/macs/${mac}`;
  const document = {
    accountId: '123456789012',
    architecture: 'x86_64',
    availabilityZone: zone,
    imageId: 'ami-04b494c4e00000000',
    instanceId: instance,
    instanceType: 'm6i.large',
    privateIp: address,
    region: REGION,
    version: '2017-09-30',
  };
  return {
    'meta-data/ami-id': document.imageId,
    'meta-data/ami-launch-index': '0',
    'meta-data/block-device-mapping/ami': '/dev/xvda',
    'meta-data/block-device-mapping/root': '/dev/xvda',
    'meta-data/hostname': hostname,
    'meta-data/instance-action': 'none',
    'meta-data/instance-id': instance,
    'meta-data/instance-life-cycle': 'on-demand',
    'meta-data/instance-type': document.instanceType,
    'meta-data/local-hostname': hostname,
    'meta-data/local-ipv4': address,
    'meta-data/mac': mac,
    [`${card}/device-number`]: '0',
    [`${card}/interface-id`]: 'eni-04b494c4e00000000',
    [`${card}/local-hostname`]: hostname,
    [`${card}/local-ipv4s`]: address,
    [`${card}/mac`]: mac,
    [`${card}/owner-id`]: document.accountId,
    [`${card}/security-group-ids`]: 'sg-04b494c4e00000000',
    [`${card}/subnet-id`]: 'subnet-04b494c4e00000000',
    [`${card}/subnet-ipv4-cidr-block`]: `${address.split('.', 1)[0]}.0.0.0/${prefix}`,
    [`${card}/vpc-id`]: 'vpc-04b494c4e00000000',
    'meta-data/placement/availability-zone': zone,
    'meta-data/placement/region': REGION,
    'meta-data/profile': 'default-hvm',
    // The listing names the key, and the key lies under its number.
    'meta-data/public-keys/0=kiln': publicKey,
    'meta-data/public-keys/0/openssh-key': publicKey,
    'meta-data/reservation-id': 'r-04b494c4e00000000',
    'meta-data/services/domain': 'amazonaws.com',
    'meta-data/services/partition': 'aws',
    'dynamic/instance-identity/document': JSON.stringify(document, null, 2),
  };
}
