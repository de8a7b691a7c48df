import { type Check, output } from './check.ts';

/** The DHCP clients' own ports (RFC 2131, section 4.1; RFC 8415, section 7.2): without them there is no address. */
const dhcpClient = ['udp/68', 'udp/546'];

export const openPorts: Check = {
  id: 'open-ports',
  title: 'nothing listens to the network but what the recipe names',
  async run({ shell, release }) {
    const listening = listeners(await output(shell, 'ss --no-header --tcp --udp --listening --numeric'));
    const allowed = [...release.network.ports.map(({ protocol, port }) => `${protocol}/${port}`), ...dhcpClient];
    const extra = listening.filter((port) => !allowed.includes(port));
    const seen = listening.length === 0 ? 'none' : listening.join(', ');
    return extra.length === 0
      ? { passed: true, detail: `open: ${seen}` }
      : { passed: false, detail: `open though no recipe names it: ${extra.join(', ')}` };
  },
};

/**
 * Ports that can be reached from outside, as `tcp/22`, each once.
 * @param text of `ss -Htuln`: protocol, state, two queues, local address, peer address
 */
export function listeners(text: string): string[] {
  const ports = new Set<string>();
  for (const line of text.split('\n')) {
    const [protocol = '', , , , local = ''] = line.trim().split(/\s+/);
    const at = local.lastIndexOf(':');
    if (at < 0) continue;
    const address = local.slice(0, at).replace(/^\[|\]$/g, '');
    if (isLoopback(address)) continue;
    ports.add(`${protocol}/${local.slice(at + 1)}`);
  }
  return [...ports].sort();
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === '::1' || address.endsWith('%lo');
}
