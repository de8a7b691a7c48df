import type { IpSettings } from '../../../contract/configuration/configuration.ts';
import type { Section } from '../section.ts';

/** After the rule that leaves slaves of synthetic devices alone (`02-…`), ahead of what cloud-init writes (`10-cloud-init-…`) and of what OVF settings become (`05-…`): the operator comes first. */
const PATH = '/etc/systemd/network/04-kiln-configuration.network';

/** The one card, by systemd-networkd; systemd.network(5). */
export const network: Section = {
  id: 'network',
  files({ network: { ipv4, ipv6 } }) {
    if (ipv4 === null && ipv6 === null) return [];
    const fixed = [ipv4, ipv6].flatMap((one) => (one?.method === 'static' ? addressLines(one) : []));
    const content = [
      '# From the configuration of this appliance: appliancectl config get',
      '[Match]',
      'Type=ether',
      '',
      '[Network]',
      `DHCP=${dhcp(ipv4, ipv6)}`,
      `IPv6AcceptRA=${ipv6 === null || ipv6.method === 'auto' ? 'yes' : 'no'}`,
      `LinkLocalAddressing=${ipv6?.method === 'off' ? 'no' : 'ipv6'}`,
      ...fixed,
      'LLMNR=no',
      'MulticastDNS=no',
      '',
      '[DHCPv4]',
      'ClientIdentifier=mac',
      'UseMTU=yes',
      'RouteMetric=100',
      '',
      '[DHCPv6]',
      'RouteMetric=100',
    ];
    return [{ path: PATH, content: `${content.join('\n')}\n`, mode: 0o644 }];
  },
  activate: () => [['networkctl', 'reload']],
};

/** What is not ordered stays automatic. */
function dhcp(ipv4: IpSettings<'dhcp'> | null, ipv6: IpSettings<'auto'> | null): string {
  const [four, six] = [ipv4 === null || ipv4.method === 'dhcp', ipv6 === null || ipv6.method === 'auto'];
  if (four) return six ? 'yes' : 'ipv4';
  return six ? 'ipv6' : 'no';
}

function addressLines({ address, gateway }: { address: string; gateway: string | null }): string[] {
  return [`Address=${address}`, ...(gateway === null ? [] : [`Gateway=${gateway}`])];
}
