import { AZURE_FABRIC, LINK_LOCAL } from './addresses.ts';
import type { ServedGuest } from './identity.ts';
import type { Ask, MetadataService, Reply } from './service.ts';

const json = { 'Content-Type': 'application/json; charset=utf-8' } as const;
const ADMIN_KEY_PATH = 'authorized_keys';

/** The instance metadata service of Azure: "Azure Instance Metadata Service" in its documentation. */
export function azureMetadata(guest: ServedGuest): MetadataService {
  return {
    name: 'imds',
    addresses: [{ address: LINK_LOCAL, port: 80 }],
    answer({ method, path, query, headers }) {
      if (headers.metadata?.toLowerCase() !== 'true')
        return { status: 400, refused: 'the header Metadata: true is missing' };
      if (headers['x-forwarded-for'] !== undefined) return { status: 400, refused: 'the request was forwarded' };
      if (method !== 'GET') return { status: 405, refused: 'only GET is answered' };
      if (!/^\d{4}-\d\d-\d\d$/.test(query.get('api-version') ?? ''))
        return { status: 400, refused: 'no api-version was named' };
      const document = instance(guest);
      if (path === '/metadata/instance') return { status: 200, body: JSON.stringify(document), headers: json };
      if (path === '/metadata/instance/network')
        return { status: 200, body: JSON.stringify(document.network), headers: json };
      if (path === '/metadata/instance/compute')
        return { status: 200, body: JSON.stringify(document.compute), headers: json };
      return { status: 404, refused: 'there is nothing' };
    },
  };
}

/** What a guest has told the fabric of its state: `Ready`, `NotReady`. */
export type HealthReports = string[];

const versions = ['2015-04-05', '2012-11-30'] as const;
const xml = { 'Content-Type': 'text/xml; charset=utf-8' } as const;
const CONTAINER = '4b494c4e-0000-4000-8000-000000000001';
const ROLE = '4b494c4e-0000-4000-8000-000000000002._kiln';

/**
 * The wire server and the host agent behind the same address, as cloud-init and waagent talk to them
 * (github.com/Azure/WALinuxAgent, azurelinuxagent/common/protocol/wire.py and hostplugin.py).
 */
export function azureFabric(reports: HealthReports): readonly MetadataService[] {
  return [
    {
      name: 'wireserver',
      addresses: [{ address: AZURE_FABRIC, port: 80 }],
      answer: (ask) => wire(ask, reports),
    },
    {
      name: 'host-agent',
      addresses: [{ address: AZURE_FABRIC, port: 32_526 }],
      answer: ({ path }) => {
        if (path === '/health' || path === '/status') return { status: 200 };
        if (path === '/versions') return { status: 200, body: JSON.stringify(['2015-09-01']), headers: json };
        // Goal states then come from the wire server, as from older hosts.
        return { status: 404, refused: 'this host has no goal states of its own' };
      },
    },
  ];
}

function wire({ method, path, query, headers, body }: Ask, reports: HealthReports): Reply {
  const what = query.get('comp');
  if (what === 'versions') return { status: 200, body: versionsDocument(), headers: xml };
  if (!path.startsWith('/machine')) return { status: 404, refused: 'there is nothing' };
  if (headers['x-ms-version'] === undefined) return { status: 400, refused: 'the header x-ms-version is missing' };
  if (method === 'POST' && what === 'health') {
    const state = /<State>([A-Za-z]+)<\/State>/.exec(body)?.[1];
    if (state === undefined || !body.includes(CONTAINER))
      return { status: 400, refused: 'no health report of this guest' };
    reports.push(state);
    return { status: 200 };
  }
  if (method === 'POST' && (what === 'telemetrydata' || what === 'roleProperties')) return { status: 200 };
  if (method !== 'GET') return { status: 405, refused: 'only GET is answered' };
  const document = documents[what ?? ''];
  return document === undefined
    ? { status: 404, refused: 'there is nothing' }
    : { status: 200, body: document(query.get('type')), headers: xml };
}

const head = '<?xml version="1.0" encoding="utf-8"?>\n';

function versionsDocument(): string {
  const supported = versions.map((version) => `<Version>${version}</Version>`).join('');
  return `${head}<Versions><Preferred><Version>${versions[0]}</Version></Preferred><Supported>${supported}</Supported></Versions>`;
}

const documents: Readonly<Record<string, (type: string | null) => string>> = {
  goalstate: () => {
    const url = (what: string): string => `http://${AZURE_FABRIC}/machine/?comp=config&amp;type=${what}`;
    return `${head}<GoalState xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Version>2012-11-30</Version><Incarnation>1</Incarnation><Machine><ExpectedState>Started</ExpectedState><StopRolesDeadlineHint>300000</StopRolesDeadlineHint><LBProbePorts><Port>16001</Port></LBProbePorts><ExpectHealthReport>FALSE</ExpectHealthReport></Machine><Container><ContainerId>${CONTAINER}</ContainerId><RoleInstanceList><RoleInstance><InstanceId>${ROLE}</InstanceId><State>Started</State><Configuration><HostingEnvironmentConfig>${url('hostingEnvironmentConfig')}</HostingEnvironmentConfig><SharedConfig>${url('sharedConfig')}</SharedConfig><ExtensionsConfig>${url('extensionsConfig')}</ExtensionsConfig><ConfigName>kiln.xml</ConfigName></Configuration></RoleInstance></RoleInstanceList></Container></GoalState>`;
  },
  config: (type) => head + (configurations[type ?? ''] ?? '<Config/>'),
};

const configurations: Readonly<Record<string, string>> = {
  hostingEnvironmentConfig: `<HostingEnvironmentConfig version="1.0.0.0" goalStateIncarnation="1"><StoredCertificates/><Deployment name="kiln" guid="{4b494c4e-0000-4000-8000-000000000003}" incarnation="0"/><Incarnation number="1" instance="kiln" guid="{4b494c4e-0000-4000-8000-000000000004}"/><Role guid="{4b494c4e-0000-4000-8000-000000000005}" name="kiln"/></HostingEnvironmentConfig>`,
  sharedConfig: `<SharedConfig version="1.0.0.0" goalStateIncarnation="1"><Deployment name="kiln" guid="{4b494c4e-0000-4000-8000-000000000003}" incarnation="0"/><Incarnation number="1" instance="kiln" guid="{4b494c4e-0000-4000-8000-000000000004}"/><Role guid="{4b494c4e-0000-4000-8000-000000000005}" name="kiln"/><Instances><Instance id="${ROLE}" address="160.0.0.15"/></Instances></SharedConfig>`,
  extensionsConfig: `<Extensions version="1.0.0.0" goalStateIncarnation="1"><GuestAgentExtension/><Plugins/><PluginSettings/><StatusUploadBlob statusBlobType="BlockBlob"/></Extensions>`,
};

function instance({ hostname, publicKey, user, mac, address, prefix }: ServedGuest) {
  const subnet = `${address.split('.', 1)[0]}.0.0.0`;
  return {
    compute: {
      azEnvironment: 'AzurePublicCloud',
      location: 'westeurope',
      name: hostname,
      osProfile: { adminUsername: user, computerName: hostname, disablePasswordAuthentication: 'true' },
      osType: 'Linux',
      provider: 'Microsoft.Compute',
      publicKeys: [{ keyData: publicKey, path: `/home/${user}/.ssh/${ADMIN_KEY_PATH}` }],
      resourceGroupName: 'kiln',
      securityProfile: { secureBootEnabled: 'true', virtualTpmEnabled: 'false' },
      subscriptionId: '4b494c4e-0000-4000-8000-000000000006',
      vmId: '4b494c4e-0000-4000-8000-000000000007',
      vmSize: 'Standard_D2s_v6',
      zone: '1',
    },
    network: {
      interface: [
        {
          ipv4: {
            ipAddress: [{ privateIpAddress: address, publicIpAddress: '' }],
            subnet: [{ address: subnet, prefix: String(prefix) }],
          },
          ipv6: { ipAddress: [] },
          macAddress: mac.replaceAll(':', '').toUpperCase(),
        },
      ],
    },
  };
}
