import { cards } from './devices.ts';
import type { Hardware } from './hardware.ts';

/** Something that answers at an address of the guest's network, and where on 127.0.0.1 it really listens. */
export interface GuestForward {
  readonly address: string;
  readonly port: number;
  readonly hostPort: number;
}

/** The network a guest's card is plugged into. It reaches what stands here and nothing of the world. */
export interface GuestNetwork {
  /**
   * `private`: QEMU's user network with its DHCP server, 10.0.2.0/24.
   * `cloud`: the same, so wide that both addresses of clouds' metadata services lie in it, 160.0.0.0/4.
   * `silent`: a cable with nobody who answers DHCP.
   */
  readonly kind: 'private' | 'cloud' | 'silent';
  /** Where the guest's SSH server is looked for; the address DHCP gives, unless the guest is told another one. */
  readonly address: string;
  readonly forwards: readonly GuestForward[];
  /** The guest's TCP ports that are reached from 127.0.0.1, each through a free port there; 22 always is. */
  readonly inward?: readonly number[];
  /** Addresses of the station beside the user network; see neighbour/. */
  readonly neighbour: readonly string[];
}

/** What DHCP gives the one guest of a network, and the addresses the network itself has. */
export const networks = {
  private: { address: '10.0.2.15', prefix: 24, gateway: '10.0.2.2', dns: '10.0.2.3', neighbour: '10.0.2.123' },
  cloud: { address: '160.0.0.15', prefix: 4, gateway: '160.0.0.2', dns: '160.0.0.3', neighbour: '160.0.0.123' },
} as const;

/** A network without any service of a platform. */
export const plainNetwork: GuestNetwork = {
  kind: 'private',
  address: networks.private.address,
  forwards: [],
  neighbour: [],
};

const widths = {
  private: '',
  cloud: `,net=160.0.0.0/4,host=${networks.cloud.gateway},dns=${networks.cloud.dns},dhcpstart=${networks.cloud.address}`,
} as const;

/**
 * QEMU's options for the card and what it is plugged into.
 * @param neighbourSocket on which the station beside listens
 */
export function networkArguments(hardware: Hardware, network: GuestNetwork, neighbourSocket: string): string[] {
  // Without QEMU's own boot ROM, which no platform has.
  const card = `${cards[hardware.card].device},netdev=net,mac=${hardware.mac},romfile=`;
  const user = network.kind === 'silent' ? [] : userNetwork(network, network.kind);
  if (network.neighbour.length === 0 && user.length === 1) {
    return ['-netdev', `user,id=net,${user[0]}`, '-device', card];
  }
  const near = network.neighbour.length === 0 ? [] : [`server=off,addr.type=unix,addr.path=${neighbourSocket}`];
  return [
    ...user.flatMap((options) => ['-netdev', `user,id=user,${options}`, ...plug('user')]),
    ...near.flatMap((options) => ['-netdev', `stream,id=near,${options}`, ...plug('near')]),
    ...['-netdev', 'hubport,id=net,hubid=0', '-device', card],
  ];
}

function plug(netdev: string): string[] {
  return ['-netdev', `hubport,id=hub-${netdev},hubid=0,netdev=${netdev}`];
}

function userNetwork({ address, forwards, inward: ports = [] }: GuestNetwork, kind: 'private' | 'cloud'): [string] {
  // restrict: a guest that reaches the world would pass or fail with it. Port 0 lets the host choose a free one.
  const inward = [...new Set([22, ...ports])].map((port) => `,hostfwd=tcp:127.0.0.1:0-${address}:${port}`);
  // One program for each connection: QEMU's own forwarding carries a single one.
  const outward = forwards.map(
    ({ address: to, port, hostPort }) => `,guestfwd=tcp:${to}:${port}-cmd:nc -N 127.0.0.1 ${hostPort}`,
  );
  return [`restrict=on${inward.join('')}${widths[kind]}${outward.join('')}`];
}
