import { awsMetadata } from '../services/aws.ts';
import type { Cloud } from './cloud.ts';
import { cloudChannel } from './cloud.ts';
import { DEFAULT_USER } from './user-data.ts';

/** Amazon's time server, the same in every network. */
const TIME_SERVER = '169.254.169.123';

export const awsCloud: Cloud = {
  datasource: 'DataSourceEc2Local',
  user: DEFAULT_USER,
  timeServer: TIME_SERVER,
  settings: { timeZone: 'America/New_York', monitoring: { requestsPerMinute: 62 } },
  form: 'cloud-config',
  serve: (guest) => ({
    services: [awsMetadata(guest)],
    judge({ requests }) {
      const tokens = requests.filter(({ method, status }) => method === 'PUT' && status === 200).length;
      const old = requests.filter(({ status }) => status === 401).length;
      return {
        passed: tokens > 0 && old === 0,
        detail: `${requests.length} requests, ${tokens} for a token, ${old} without a valid one`,
      };
    },
  }),
};

/** EC2 with version 2 of its metadata service alone. */
export const awsChannel = cloudChannel(awsCloud);
