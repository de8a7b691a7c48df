import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { userData } from '../../src/builder/smoke/channels/user-data.ts';
import { bakedRelease, sharedCache } from './support/release.ts';

// The very script of the image under the image's own Python, in the base tree it was baked from.
await bakedRelease('minimal');
const tree = mkdtempSync(join(tmpdir(), 'kiln-ovf-'));
const bases = join(sharedCache, 'entries/base');
const base = readdirSync(bases)[0] ?? '';
execFileSync('tar', ['-xf', join(bases, base, 'base.tar'), '-C', tree, '--exclude=./dev/*', '--exclude=./boot/*']);
const script = 'provisioners/60-platform-guests/files/usr/lib/kiln/ovf-settings';
writeFileSync(join(tree, 'ovf-settings'), readFileSync(script));

interface Applied {
  readonly code: number | null;
  readonly stderr: string;
  readonly network: string | undefined;
  readonly time: string | undefined;
}

function apply(body: string): Applied {
  const run = join(tree, 'applied');
  rmSync(run, { recursive: true, force: true });
  mkdirSync(run);
  writeFileSync(join(tree, 'environment.xml'), body);
  const { status, stderr } = spawnSync(
    'chroot',
    [tree, '/usr/bin/python3', '/ovf-settings', '/environment.xml', '/applied'],
    { encoding: 'utf8' },
  );
  const read = (file: string): string | undefined =>
    existsSync(join(run, file)) ? readFileSync(join(run, file), 'utf8') : undefined;
  const [network, time] = [read('systemd/network/05-kiln-ovf.network'), read('chrony-platform/ovf.sources.conf')];
  return { code: status, stderr, network, time };
}

function environment(properties: Readonly<Record<string, string>>): string {
  const nodes = Object.entries(properties).map(([key, value]) => `<Property oe:key="${key}" oe:value="${value}"/>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" xmlns:oe="http://schemas.dmtf.org/ovf/environment/1">
  <PropertySection>${nodes.join('')}</PropertySection>
</Environment>`;
}

test('a fixed address, name servers and time servers become settings of networkd and chrony', () => {
  const { code, network, time } = apply(
    environment({
      'ip-address': '192.0.2.10/24',
      gateway: '192.0.2.1',
      'dns-servers': '192.0.2.53, 2001:db8::53',
      'ntp-servers': 'ntp.example.com',
    }),
  );
  assert.is(code, 0);
  assert.match(
    network ?? '',
    /^Address=192\.0\.2\.10\/24\nGateway=192\.0\.2\.1\nDNS=192\.0\.2\.53\nDNS=2001:db8::53$/m,
  );
  assert.not.match(network ?? '', /DHCP=yes/);
  assert.is(time, 'server ntp.example.com iburst prefer\n');
});

test('name servers alone keep DHCP', () => {
  const { network } = apply(environment({ 'ip-address': '', 'dns-servers': '192.0.2.53' }));
  assert.match(network ?? '', /^DHCP=yes$/m);
  assert.match(network ?? '', /^DNS=192\.0\.2\.53$/m);
});

test('nothing given changes nothing', () => {
  for (const body of ['', environment({}), environment({ 'ip-address': '', hostname: 'a' })]) {
    const { code, network, time } = apply(body);
    assert.equal([code, network, time], [0, undefined, undefined]);
  }
});

test('a mistake is told and leaves the defaults in place as a whole', () => {
  const hostile = [
    environment({ 'ip-address': '300.1.1.1/24', 'ntp-servers': 'ntp.example.com' }),
    environment({ 'ip-address': '192.0.2.10/24', 'dns-servers': '192.0.2.53&#10;[Match]' }),
    environment({ 'ip-address': '192.0.2.10/24', 'ntp-servers': 'a b;c' }),
    '<Environment',
    '<!DOCTYPE a [<!ENTITY b "c">]><a/>',
  ];
  for (const body of hostile) {
    const { code, stderr, network, time } = apply(body);
    assert.equal([code, network, time], [1, undefined, undefined], body);
    assert.match(stderr, /^the settings given at import were not applied: /);
  }
});

test.after(() => rmSync(tree, { recursive: true, force: true }));

test('cloud-init itself finds nothing against the documents that guests are configured with', () => {
  const documents = {
    nocloud: userData({ publicKey: 'ssh-ed25519 AAAA kiln', timeServer: '10.0.2.123' }),
    cloud: userData({ timeServer: '160.0.0.123' }),
    aws: userData({}),
  };
  for (const [name, text] of Object.entries(documents)) {
    writeFileSync(join(tree, `${name}.yaml`), text);
    const { status, stdout, stderr } = spawnSync(
      'chroot',
      [tree, '/usr/bin/cloud-init', 'schema', '--config-file', `/${name}.yaml`],
      { encoding: 'utf8' },
    );
    assert.is(status, 0, `${name}: ${stdout}${stderr}`);
    assert.match(stdout, /Valid schema/, name);
  }
  writeFileSync(join(tree, 'wrong.yaml'), '#cloud-config\nusers: 7\n');
  const wrong = spawnSync('chroot', [tree, '/usr/bin/cloud-init', 'schema', '--config-file', '/wrong.yaml']);
  assert.is.not(wrong.status, 0);
});

test.run();
