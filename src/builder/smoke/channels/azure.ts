import { azureFabric, azureMetadata, type HealthReports } from '../services/azure.ts';
import { azureProvisioning } from '../services/azure-disc.ts';
import { cloudChannel } from './cloud.ts';
import { LOGIN_USER } from './user-data.ts';

/** Azure: a disc for provisioning, a metadata service, and a fabric that waits to hear that the machine is ready. */
export const azureChannel = cloudChannel({
  datasource: 'DataSourceAzure',
  user: LOGIN_USER,
  settings: { timeZone: 'Europe/Berlin', role: 'test' },
  form: 'yaml',
  serve: (guest) => {
    const reports: HealthReports = [];
    return {
      services: [azureMetadata(guest), ...azureFabric(reports)],
      disc: { label: 'rd_rdfe_stable', files: { 'ovf-env.xml': azureProvisioning(guest) } },
      judge({ requests }) {
        const asked = ['imds', 'wireserver'].map(
          (name) => `${requests.filter(({ service }) => service === name).length} to ${name}`,
        );
        return {
          passed: reports.includes('Ready') && !reports.includes('NotReady'),
          detail: `${asked.join(', ')}; reported: ${reports.length === 0 ? 'nothing' : reports.join(', ')}`,
        };
      },
    };
  },
});
