import type { Outcome } from '../checks/check.ts';
import { networks } from '../guest/network.ts';
import type { ServedGuest } from '../services/identity.ts';
import { RequestLog } from '../services/request-log.ts';
import { type MetadataService, startService } from '../services/service.ts';
import { type Channel, makeDisc } from './channel.ts';
import { plainDocument, userData } from './user-data.ts';

const { address, prefix, neighbour } = networks.cloud;

export interface Cloud {
  readonly datasource: string;
  readonly user: string;
  /** Where this platform's guests look for the time by themselves; absent: user-data names a server. */
  readonly timeServer?: string;
  /** What user-data says of the appliance's own configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** How user-data is written: beside what else cloud-init is told, or by itself. */
  readonly form: 'cloud-config' | 'json' | 'yaml';
  /** New services for one guest, and what to make of the requests. */
  serve(guest: ServedGuest): {
    readonly services: readonly MetadataService[];
    readonly disc?: { readonly label: string; readonly files: Readonly<Record<string, string>> };
    /** @param log of all services */
    judge(log: RequestLog): Outcome;
  };
}

/** A cloud: its guest learns everything from services in its network. */
export function cloudChannel({ datasource, user, timeServer, settings, form, serve }: Cloud): Channel {
  const whole = timeServer === undefined ? { ...settings, ntp: { servers: [neighbour] } } : settings;
  return {
    datasource,
    user,
    address: `${address}/${prefix}`,
    routed: false,
    clock: timeServer ?? neighbour,
    named: true,
    configuration: { channel: 'user-data', settings: whole },
    async open(input) {
      const document = form === 'cloud-config' ? userData({ kiln: whole }) : plainDocument(whole, form);
      const { services, disc, judge } = serve({ ...input.identity, user, userData: document, address, prefix });
      if (disc !== undefined) await makeDisc(input, disc.label, disc.files);
      const log = new RequestLog();
      const running = await Promise.all(services.map((service) => startService(service, log)));
      const forwards = running.flatMap((service) => service.forwards);
      return {
        network: { kind: 'cloud', address, forwards, neighbour: [timeServer ?? neighbour] },
        disc: disc !== undefined,
        powerOn: () => log.start(),
        requests: () => log.requests,
        judge: () => judge(log),
        close: async () => {
          await Promise.all(running.map((service) => service.close()));
        },
      };
    },
  };
}
