import { networks, plainNetwork } from '../guest/network.ts';
import { type Channel, silentChannel } from './channel.ts';

/** Nobody says anything: an appliance imported and switched on. */
export const noChannel: Channel = {
  datasource: null,
  user: null,
  address: `${networks.private.address}/${networks.private.prefix}`,
  routed: false,
  clock: null,
  named: false,
  configuration: null,
  open: async () => silentChannel(plainNetwork, false),
};
