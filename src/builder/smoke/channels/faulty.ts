import { broken, type ServiceFault } from '../services/fault.ts';
import { awsCloud } from './aws.ts';
import type { Channel } from './channel.ts';
import { type Cloud, cloudChannel } from './cloud.ts';
import { gceCloud } from './gce.ts';

/** What cloud-init falls back to when its platform has nothing to say. */
const FALLBACK = 'DataSourceNone';

/** A cloud whose services are there and broken: it hands over neither a name nor a key. */
function faulty(cloud: Cloud, fault: ServiceFault): Channel {
  const channel = cloudChannel({
    ...cloud,
    serve: (guest) => ({
      services: cloud.serve(guest).services.map((service) => broken(service, fault)),
      judge: ({ requests }) => ({ passed: requests.length > 0, detail: `${requests.length} requests, all in vain` }),
    }),
  });
  return { ...channel, datasource: FALLBACK, user: null, named: false, configuration: null };
}

export function faultyAws(fault: ServiceFault): Channel {
  return faulty(awsCloud, fault);
}

export const faultyGce = faulty(gceCloud, 'error-500');

/** EC2 with its metadata service switched off: the address is there and nobody listens. */
export const unreachableAws: Channel = {
  ...faultyAws('error-500'),
  open: async (input) => {
    const open = await cloudChannel({ ...awsCloud, serve: () => ({ services: [], judge: nothingAsked }) }).open(input);
    return { ...open, judge: () => undefined };
  },
};

function nothingAsked(): { passed: boolean; detail: string } {
  return { passed: true, detail: 'nobody to ask' };
}
