import { create } from 'xmlbuilder2';
import { networks, plainNetwork } from '../guest/network.ts';
import { type Channel, makeDisc, silentChannel } from './channel.ts';
import { DEFAULT_USER } from './user-data.ts';

const { prefix, gateway, dns, neighbour } = networks.private;
/** Not the one DHCP would give. */
const STATIC_ADDRESS = '10.0.2.78';

const time = { servers: [neighbour] };
/** What no property of its own says. */
const document = { role: 'test', monitoring: { requestsPerMinute: 61 } };

/**
 * The properties a person fills in at import, on the CD of the OVF environment's ISO transport (DSP0243, section 9.5).
 * VMware's guestinfo needs the hypervisor's own back door for calls (RPCI), which QEMU does not have.
 */
export const ovfEnvironment: Channel = {
  datasource: 'DataSourceOVF',
  user: DEFAULT_USER,
  address: `${STATIC_ADDRESS}/${prefix}`,
  routed: true,
  clock: neighbour,
  named: true,
  configuration: {
    channel: 'ovf',
    settings: {
      ...document,
      network: { ipv4: { method: 'static', address: `${STATIC_ADDRESS}/${prefix}`, gateway } },
      dns: { servers: [dns] },
      ntp: time,
    },
  },
  async open(input) {
    const { hostname, publicKey } = input.identity;
    const environment = environmentDocument({
      'instance-id': `iid-${hostname}`,
      hostname,
      'public-keys': publicKey,
      'ip-address': `${STATIC_ADDRESS}/${prefix}`,
      gateway,
      'dns-servers': dns,
      'ntp-servers': time.servers.join(),
      configuration: Buffer.from(JSON.stringify(document)).toString('base64'),
    });
    await makeDisc(input, 'OVF ENV', { 'ovf-env.xml': environment });
    return silentChannel({ ...plainNetwork, address: STATIC_ADDRESS, neighbour: [neighbour] }, true);
  },
};

/** An OVF environment document (DSP0243, section 11.1, and the namespace of DSP8027). */
export function environmentDocument(properties: Readonly<Record<string, string>>): string {
  const namespace = 'http://schemas.dmtf.org/ovf/environment/1';
  const root = create({ version: '1.0', encoding: 'UTF-8' })
    .ele('Environment', { xmlns: namespace, 'xmlns:oe': namespace, 'oe:id': '' })
    .ele('PropertySection');
  for (const [key, value] of Object.entries(properties)) {
    root.ele('Property', { 'oe:key': key, 'oe:value': value });
  }
  return `${root.end({ prettyPrint: true })}\n`;
}
