/** A setting that the importing person is asked for. It reaches the guest in the OVF environment. */
export interface OvfProperty {
  /** DSP0243 9.5.1: no period and no colon. Where cloud-init's OVF data source reads the setting, its name for it. */
  readonly key: string;
  readonly label: string;
  readonly description: string;
  /** Offered at import; empty means "not set". */
  readonly value: string;
  /** DSP0004 qualifiers that importers check, or '' for none. */
  readonly qualifiers: string;
}

export interface PropertyGroup {
  readonly category: string;
  readonly properties: readonly OvfProperty[];
}

/**
 * The settings in the order they are asked for. There is no password: access is by key, and values of OVF properties
 * stay readable to everyone who may look at the VM in vCenter.
 */
export const propertyGroups: readonly PropertyGroup[] = [
  {
    category: 'Identity',
    properties: [
      property('hostname', 'Host name', 'Name of this appliance. Empty: localhost.', 253),
      property(
        'instance-id',
        'Instance id',
        'Change it on a clone that should take these settings anew at its next start.',
        64,
        { value: 'iid-dsovf', minLength: 1 },
      ),
    ],
  },
  {
    category: 'Access',
    properties: [
      property(
        'public-keys',
        'SSH public key',
        'One OpenSSH public key that may log in. Empty: nobody can log in.',
        8192,
      ),
      property(
        'user-data',
        'User data',
        'A cloud-init document, base64-encoded, for automation. Usually empty.',
        65_535,
      ),
    ],
  },
  {
    category: 'Network',
    properties: [
      property('ip-address', 'IP address', 'Address and prefix length, such as 192.0.2.10/24. Empty: DHCP.', 64),
      property('gateway', 'Gateway', 'Default gateway, with a fixed address. Empty: none.', 64),
      property('dns-servers', 'DNS servers', 'Addresses separated by commas. Empty: from DHCP.', 256),
      property(
        'ntp-servers',
        'NTP servers',
        'Names or addresses separated by commas. Empty: from DHCP, else Debian’s pool.',
        512,
      ),
    ],
  },
  {
    category: 'Configuration',
    properties: [
      property(
        'configuration',
        'Configuration',
        'A whole configuration in JSON or YAML, base64-encoded. The fields of this page win over it. Usually empty.',
        65_535,
      ),
    ],
  },
];

function property(
  key: string,
  label: string,
  description: string,
  maxLength: number,
  { value = '', minLength = 0 } = {},
): OvfProperty {
  const qualifiers = `${minLength === 0 ? '' : `MinLen(${minLength}) `}MaxLen(${maxLength})`;
  return { key, label, description, value, qualifiers };
}
