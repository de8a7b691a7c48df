import { create } from 'xmlbuilder2';
import type { ServedGuest } from './identity.ts';

const wa = 'http://schemas.microsoft.com/windowsazure';
const ovf = 'http://schemas.dmtf.org/ovf/environment/1';

/**
 * The document on the disc that Azure puts into a machine's drive to provision it; as cloud-init and waagent read it
 * (cloudinit/sources/helpers/azure.py, OvfEnvXml).
 */
export function azureProvisioning({ hostname, publicKey, user, userData }: ServedGuest): string {
  const root = create({ version: '1.0', encoding: 'utf-8' }).ele('ns0:Environment', {
    'xmlns:ns0': ovf,
    'xmlns:ns1': wa,
  });
  const section = root.ele('ns1:ProvisioningSection');
  section.ele('ns1:Version').txt('1.0');
  const set = section.ele('ns1:LinuxProvisioningConfigurationSet');
  set.ele('ns1:ConfigurationSetType').txt('LinuxProvisioningConfiguration');
  set.ele('ns1:UserName').txt(user);
  set.ele('ns1:DisableSshPasswordAuthentication').txt('true');
  const key = set.ele('ns1:SSH').ele('ns1:PublicKeys').ele('ns1:PublicKey');
  key.ele('ns1:Fingerprint').txt('0000000000000000000000000000000000000000');
  key.ele('ns1:Path').txt(`/home/${user}/.ssh/authorized_keys`);
  key.ele('ns1:Value').txt(publicKey);
  set.ele('ns1:HostName').txt(hostname);
  set.ele('ns1:CustomData').txt(Buffer.from(userData).toString('base64'));
  const settings = root.ele('ns1:PlatformSettingsSection');
  settings.ele('ns1:Version').txt('1.0');
  const platform = settings.ele('ns1:PlatformSettings');
  platform.ele('ns1:KmsServerHostname').txt('kms.core.windows.net');
  platform.ele('ns1:ProvisionGuestAgent').txt('true');
  platform.ele('ns1:PreprovisionedVm').txt('false');
  return `${root.end({ prettyPrint: true })}\n`;
}
