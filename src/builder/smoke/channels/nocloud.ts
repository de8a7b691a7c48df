import { type GuestNetwork, networks, plainNetwork } from '../guest/network.ts';
import { type Channel, makeDisc, silentChannel } from './channel.ts';
import { LOGIN_USER, userData } from './user-data.ts';

const { prefix, gateway, dns, neighbour } = networks.private;
/** Not the one DHCP would give. */
const STATIC_ADDRESS = '10.0.2.77';

/** What the second disc says. */
const settings = { timeZone: 'Europe/Zurich', monitoring: { requestsPerMinute: 64 } };

interface Options {
  /** Whether the seed names a fixed address (network configuration version 2) or leaves it to DHCP. */
  readonly network: 'dhcp' | 'static' | 'silent';
  /** Whether a second disc holds the appliance's configuration. */
  readonly configurationDisc?: true;
}

/** A CD labelled `cidata`, as Hyper-V, libvirt, Proxmox and desktops hand settings over. */
export function noCloud({ network, configurationDisc }: Options): Channel {
  const address = network === 'static' ? STATIC_ADDRESS : networks.private.address;
  const plugged: GuestNetwork = {
    ...plainNetwork,
    kind: network === 'silent' ? 'silent' : 'private',
    address,
    neighbour: [neighbour],
  };
  return {
    datasource: 'DataSourceNoCloud',
    user: LOGIN_USER,
    address: network === 'silent' ? null : `${address}/${prefix}`,
    routed: network === 'static',
    clock: network === 'silent' ? null : neighbour,
    named: true,
    configuration: configurationDisc === undefined ? null : { channel: 'disc', settings },
    async open(input) {
      const { hostname, publicKey, mac } = input.identity;
      await makeDisc(input, 'cidata', {
        'user-data': userData({ publicKey, timeServer: neighbour }),
        'meta-data': `${JSON.stringify({ 'instance-id': `iid-${hostname}`, 'local-hostname': hostname }, null, 2)}\n`,
        ...(network === 'static' ? { 'network-config': staticNetwork(mac) } : {}),
      });
      if (configurationDisc === undefined) return silentChannel(plugged, true);
      const files = { 'config.json': `${JSON.stringify(settings, null, 2)}\n` };
      await makeDisc(input, 'KILN-CONFIG', files, 'configuration');
      return { ...silentChannel(plugged, true), configurationDisc };
    },
  };
}

/** As docs/import.md tells customers to write it: cloud-init's renderer matches cards by address alone. */
function staticNetwork(mac: string): string {
  const main = {
    match: { macaddress: mac },
    addresses: [`${STATIC_ADDRESS}/${prefix}`],
    routes: [{ to: '0.0.0.0/0', via: gateway }],
    nameservers: { addresses: [dns] },
  };
  return `${JSON.stringify({ version: 2, ethernets: { main } }, null, 2)}\n`;
}
