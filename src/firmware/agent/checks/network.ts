import { networkInterfaces } from 'node:os';
import type { Check } from './check.ts';

export const network: Check = {
  id: 'network',
  core: false,
  intervalSeconds: 15,
  limitSeconds: 5,
  async judge() {
    const addresses = usable(networkInterfaces());
    if (addresses.length > 0) return { healthy: true, detail: addresses.join(', ') };
    return {
      healthy: false,
      detail: 'no network card has an address',
      advice: 'See that the card is connected and that DHCP answers, or set an address.',
    };
  },
};

/** Addresses others can reach us by: neither loopback nor of the link alone. */
export function usable(interfaces: ReturnType<typeof networkInterfaces>): string[] {
  return Object.entries(interfaces).flatMap(([name, list = []]) =>
    list
      .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
      .map(({ address }) => `${address} on ${name}`),
  );
}
