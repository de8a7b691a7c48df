import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ovf } from '../../src/firmware/configure/channels/ovf.ts';
import { baseTree } from './support/base-tree.ts';

// The very script of the image under the image's own Python, in the base tree it was baked from.
const tree = await baseTree();
const script = 'provisioners/60-platform-guests/files/usr/lib/kiln/ovf-settings';
writeFileSync(join(tree, 'ovf-settings'), readFileSync(script));

interface Applied {
  readonly code: number | null;
  readonly stderr: string;
  readonly network: string | undefined;
  /** What is handed on. */
  readonly offered: string | undefined;
}

/** @param configured whether the appliance has a configuration already */
function apply(body: string, configured = false): Applied {
  const run = join(tree, 'appliance');
  rmSync(run, { recursive: true, force: true });
  mkdirSync(join(run, 'var/lib/kiln/configuration'), { recursive: true });
  if (configured) writeFileSync(join(run, 'var/lib/kiln/configuration/00000001.json'), '{}');
  writeFileSync(join(tree, 'environment.xml'), body);
  const { status, stderr } = spawnSync(
    'chroot',
    [tree, '/usr/bin/python3', '/ovf-settings', '/environment.xml', '/appliance'],
    { encoding: 'utf8' },
  );
  const read = (file: string): string | undefined =>
    existsSync(join(run, file)) ? readFileSync(join(run, file), 'utf8') : undefined;
  const [network, offered] = [read('run/systemd/network/05-kiln-ovf.network'), read('run/kiln/offered/ovf.json')];
  return { code: status, stderr, network, offered };
}

function environment(properties: Readonly<Record<string, string>>): string {
  const nodes = Object.entries(properties).map(([key, value]) => `<Property oe:key="${key}" oe:value="${value}"/>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" xmlns:oe="http://schemas.dmtf.org/ovf/environment/1">
  <PropertySection>${nodes.join('')}</PropertySection>
</Environment>`;
}

const whole = {
  hostname: 'web-1',
  'ip-address': '192.0.2.10/24',
  gateway: '192.0.2.1',
  'dns-servers': '192.0.2.53, 2001:db8::53',
  'ntp-servers': 'ntp.example.com',
};

test('what a person filled in is handed on, and the network holds until there is a configuration', () => {
  const { code, network, offered } = apply(
    environment({ ...whole, 'instance-id': 'iid-1', 'user-data': 'YQ==', x: 'y' }),
  );
  assert.is(code, 0);
  assert.match(
    network ?? '',
    /^Address=192\.0\.2\.10\/24\nGateway=192\.0\.2\.1\nDNS=192\.0\.2\.53\nDNS=2001:db8::53$/m,
  );
  assert.not.match(network ?? '', /DHCP=yes/);
  assert.equal(JSON.parse(offered ?? ''), whole);
  assert.is(statSync(join(tree, 'appliance/run/kiln/offered/ovf.json')).mode & 0o777, 0o600);
  const { configuration } = ovf.read(new Map([['ovf.json', offered ?? '']]));
  assert.equal(configuration.network.ipv4, { method: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' });
});

test('name servers alone keep DHCP', () => {
  const { network } = apply(environment({ 'ip-address': '', 'dns-servers': '192.0.2.53' }));
  assert.match(network ?? '', /^DHCP=yes$/m);
  assert.match(network ?? '', /^DNS=192\.0\.2\.53$/m);
});

test('where there is a configuration, that alone speaks to networkd', () => {
  const { code, network, offered } = apply(environment(whole), true);
  assert.equal([code, network], [0, undefined]);
  assert.equal(JSON.parse(offered ?? ''), whole);
});

test('nothing given changes nothing', () => {
  for (const body of ['', environment({}), environment({ 'ip-address': '', 'instance-id': 'a' })]) {
    const { code, network, offered } = apply(body);
    assert.equal([code, network, offered], [0, undefined, undefined]);
  }
});

test('a mistake in the network is told, and networkd never hears of it', () => {
  const hostile = [
    environment({ 'ip-address': '300.1.1.1/24', 'ntp-servers': 'ntp.example.com' }),
    environment({ 'ip-address': '192.0.2.10/24', 'dns-servers': '192.0.2.53&#10;[Match]' }),
    '<Environment',
    '<!DOCTYPE a [<!ENTITY b "c">]><a/>',
  ];
  for (const body of hostile) {
    const { code, stderr, network } = apply(body);
    assert.equal([code, network], [1, undefined], body);
    assert.match(stderr, /^the network settings given at import are not in force: /);
  }
});

test.run();
