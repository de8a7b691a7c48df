import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { propertyGroups } from '../../../../src/builder/targets/ovf/properties.ts';
import { type Configuration, defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import { ConfigurationError } from '../../../../src/contract/configuration/parse-configuration.ts';
import { ovf } from '../../../../src/firmware/configure/channels/ovf.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ you@example';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function read(properties: Readonly<Record<string, string>>): Configuration {
  return ovf.read(new Map([['ovf.json', JSON.stringify(properties)]])).configuration;
}

function mistakes(properties: Readonly<Record<string, string>>): readonly string[] {
  try {
    read(properties);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  throw new Error(`it was taken: ${JSON.stringify(properties)}`);
}

test('single properties become a document', () => {
  const properties = {
    hostname: 'Web-1',
    'public-keys': KEY,
    'ip-address': '192.0.2.10/24',
    gateway: '192.0.2.1',
    'dns-servers': '192.0.2.53, 2001:db8::53',
    'ntp-servers': 'ntp.example.com',
  };
  assert.equal(read(properties), {
    ...defaultConfiguration,
    hostname: 'web-1',
    network: { ipv4: { method: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' }, ipv6: null },
    dns: { servers: ['192.0.2.53', '2001:db8::53'], search: [] },
    ntp: { servers: ['ntp.example.com'] },
    ssh: { authorizedKeys: [KEY] },
  });
  assert.equal(read({ 'ip-address': '2001:db8::10/64', gateway: '2001:db8::1' }).network, {
    ipv4: null,
    ipv6: { method: 'static', address: '2001:db8::10/64', gateway: '2001:db8::1' },
  });
});

test('the document of the property `configuration` is all there is to say, but for what single ones say', () => {
  const text =
    'role: test\nhostname: below\nnetwork:\n  ipv4: {method: dhcp}\n  ipv6: {method: "off"}\ndns: {search: [example.com]}\n';
  const { role, hostname, network, dns } = read({
    configuration: base64(text).replace(/.{20}/g, '$&\n'),
    hostname: 'above',
    'ip-address': '192.0.2.10/24',
    'dns-servers': '192.0.2.53',
  });
  assert.equal([role, hostname], ['test', 'above']);
  assert.equal(network, {
    ipv4: { method: 'static', address: '192.0.2.10/24', gateway: null },
    ipv6: { method: 'off' },
  });
  assert.equal(dns, { servers: ['192.0.2.53'], search: ['example.com'] });
});

test('a mistake names the property, or the line of the document', () => {
  const document = base64('ntp:\n  servers: ["a b"]\nrole: both\n');
  assert.equal(
    mistakes({ 'ip-address': '192.0.2.10', 'dns-servers': 'dns.example.com', 'public-keys': 'ssh-dss AAAA' }),
    ['property public-keys: /ssh/authorizedKeys/0: expected a public key as in authorized_keys, without options'],
  );
  assert.equal(mistakes({ 'ip-address': '192.0.2.10', 'dns-servers': 'dns.example.com' }), [
    'property ip-address: /network/ipv4/address: expected an address and its prefix length, such as 192.0.2.10/24',
    'property dns-servers: /dns/servers/0: "dns.example.com" is no address',
  ]);
  assert.match(mistakes({ gateway: '192.0.2.1' })[0] ?? '', /^property gateway: \/network\/ipv4\/address: /);
  assert.match(mistakes({ 'ip-address': '192.0.2.10/24', gateway: '2001:db8::1' })[0] ?? '', /^property gateway: /);
  assert.equal(mistakes({ configuration: document }), [
    'property configuration:2:13: /ntp/servers/0: expected a host name or an address',
    'property configuration:3:7: /role: expected "production" or "test"',
  ]);
  assert.match(mistakes({ configuration: 'hostname: a' })[0] ?? '', /^property configuration: is not base64/);
  assert.match(mistakes({ configuration: '/w==' })[0] ?? '', /^property configuration: is not a text in UTF-8$/);
  assert.match(mistakes({ configuration: base64('- a') })[0] ?? '', /must be object$/);
});

test('every property that the OVA asks for is one that somebody reads', () => {
  const offered = propertyGroups.flatMap(({ properties }) => properties.map(({ key }) => key));
  // cloud-init's own.
  const others = ['instance-id', 'user-data'];
  const samples: Readonly<Record<string, string>> = {
    hostname: 'a',
    'public-keys': KEY,
    configuration: base64('role: test'),
    'ip-address': '192.0.2.10/24',
    'dns-servers': '192.0.2.53',
    'ntp-servers': '192.0.2.123',
  };
  for (const key of offered.filter((one) => !others.includes(one) && one !== 'gateway')) {
    assert.not.equal(read({ [key]: samples[key] ?? '' }), defaultConfiguration, key);
  }
  assert.ok(offered.includes('configuration'));
});

test.run();
