import { gceMetadata } from '../services/gce.ts';
import { type Cloud, cloudChannel } from './cloud.ts';
import { DEFAULT_USER } from './user-data.ts';

export const gceCloud: Cloud = {
  datasource: 'DataSourceGCELocal',
  user: DEFAULT_USER,
  settings: { timeZone: 'Asia/Tokyo', monitoring: { requestsPerMinute: 63 } },
  form: 'json',
  serve: (guest) => ({
    services: [gceMetadata(guest)],
    judge({ requests }) {
      const given = requests.filter(({ status }) => status === 200).length;
      const refused = requests.filter(({ status }) => status === 403).length;
      return {
        passed: given > 0 && refused === 0,
        detail: `${requests.length} requests, ${given} answered, ${refused} without the flavour header`,
      };
    },
  }),
};

/** Compute Engine and its metadata server. */
export const gceChannel = cloudChannel(gceCloud);
