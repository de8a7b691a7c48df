import { type Check, output } from './check.ts';

/** That the key works is told by the login itself. */
export const settings: Check = {
  id: 'settings',
  title: 'host name, address and gateway are those the platform’s own channel gave',
  async run({ shell, hostname, channel }) {
    const name = await output(shell, 'hostname');
    const addresses = (await output(shell, 'ip -oneline -4 address show scope global'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[3] ?? '');
    const route = await output(shell, 'ip -4 route show default');
    const wrong = [
      ...(name === hostname ? [] : [`the host name is ${name} instead of ${hostname}`]),
      ...(addresses.join() === channel.address ? [] : [`the address is ${addresses.join()}, not ${channel.address}`]),
      ...(channel.routed && route === '' ? ['there is no default route'] : []),
    ];
    const detail = `${name}, ${addresses.join(', ')}, ${route || 'no gateway'}`;
    return wrong.length === 0 ? { passed: true, detail } : { passed: false, detail: wrong.join('; ') };
  },
};
