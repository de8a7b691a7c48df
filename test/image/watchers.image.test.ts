// SNMP and syslog in a running appliance: systemd starts them when the configuration names them, in the sandboxes that ship.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { fileBlock, withLiveGuest } from './support/live-guest.ts';
import { bakedRelease } from './support/release.ts';
import { smallBase, treeFolder } from './support/small-base.ts';

const folder = tempFolder();
const recipe = await loadRecipe('images/reference');
const release = await bakedRelease('reference');
const artifact = join(release, `${recipe.name}-${recipe.version}-kvm.qcow2`);
const COLLECTOR = '10.0.2.100';
const units = 'kiln-snmp.service kiln-syslog.service';

/** Debian 13's own snmpwalk: in an appliance it finds the libraries that snmpd has. */
async function snmpwalk(): Promise<string> {
  const tree = await treeFolder();
  try {
    const base = await smallBase(tree, ['snmp']);
    execFileSync('tar', ['-xf', base, '-C', folder, './usr/bin/snmpwalk']);
  } finally {
    rmSync(tree, { recursive: true });
  }
  return readFileSync(join(folder, 'usr/bin/snmpwalk')).toString('base64');
}

test('the watchers are off until they are configured, come at once, after a restart, and go at once', async () => {
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '9',
    '-subj',
    `/CN=${COLLECTOR}`,
  ];
  const files = { key: join(folder, 'key.pem'), cert: join(folder, 'certificate.pem') };
  execFileSync('openssl', ['req', '-x509', ...key, '-keyout', files.key, '-out', files.cert], { stdio: 'ignore' });
  const authority = readFileSync(files.cert, 'utf8');
  let received = '';
  const collector = createServer({ key: readFileSync(files.key), cert: authority }, (socket: TLSSocket) => {
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port: hostPort } = collector.address() as AddressInfo;
  const walker = await snmpwalk();
  const input = {
    name: 'watched',
    block: fileBlock('qcow2', artifact),
    diskBytes: recipe.disk.sizeBytes,
    restarts: true as const,
    forwards: [{ address: COLLECTOR, port: 6514, hostPort }],
  };
  // Whatever happens, an open socket must not keep this process.
  collector.unref();
  await withLiveGuest(input, async ({ login }) => {
    let shell = await login();
    const run = async (command: string, code = 0): Promise<string> => {
      const outcome = await shell.run(command, 240);
      assert.is(outcome.code, code, `${command}\n${outcome.stdout}\n${outcome.stderr}`);
      return outcome.stdout.trim();
    };
    const set = (document: object): Promise<string> =>
      run(`echo '${JSON.stringify(document)}' | sudo appliancectl config apply -`);
    const open = (): Promise<string> => run('ss -Hnul sport 161; sudo nft list ruleset | grep 161 || true');
    const walk = (oid: string, code = 0): Promise<string> =>
      run(
        `/tmp/snmpwalk -t 5 -r 3 -On -v3 -l authPriv -u ada -a SHA-256 -A correct-horse -x AES -X battery-staple 127.0.0.1 ${oid}`,
        code,
      );
    const off = async (): Promise<void> => {
      assert.is(await run(`systemctl is-active ${units}`, 3), 'inactive\ninactive');
      assert.is(await open(), '');
    };
    const on = async (): Promise<void> => {
      assert.is(await run(`systemctl is-active ${units}`), 'active\nactive');
      assert.match(await walk('.1.3.6.1.4.1.2021.9.1.2'), /"?\/data"?$/);
      // The agent asks its checks one after another once the start is over.
      let health = '';
      for (let tries = 0; tries < 60 && !/"?in service"?[\s\S]*disk: healthy/.test(health); tries += 1)
        health = await walk('.1.3.6.1.4.1.8072.1.3.2.4.1.2');
      assert.match(health, /"?in service"?[\s\S]*disk: healthy/, health);
      assert.match(await walk('.1.3.6.1.2.1.2.2.1.2'), /"?lo"?/);
      const text = `unique ${Math.random()}`;
      await run(`logger --tag sample '${text}' 2>/dev/null || echo '${text}' | systemd-cat -t sample`);
      for (let tries = 0; tries < 60 && !received.includes(text); tries += 1) await run('sleep 1');
      const format = new RegExp(`\\d+ <\\d+>1 \\S+ watched sample \\S+ - - ${text}`);
      if (!format.test(received))
        assert.unreachable(
          `${received.slice(-1000)}\n${await run('sudo journalctl -t rsyslogd --no-pager | tail -n 40')}`,
        );
    };

    await run('sudo systemctl is-system-running --wait');
    await run(`echo '${walker}' | base64 -d > /tmp/snmpwalk && chmod +x /tmp/snmpwalk`);
    await off();
    const users = [{ name: 'ada', authenticationPassword: 'correct-horse', privacyPassword: 'battery-staple' }];
    const monitoring = { snmp: { users }, syslog: { server: COLLECTOR, authority } };
    await set({ monitoring });
    await on();
    for (const unit of units.split(' ')) {
      const [, exposure = ''] =
        /level for .*: (\d+\.\d)/.exec(await run(`sudo systemd-analyze security --no-pager ${unit}`)) ?? [];
      assert.ok(Number(exposure) <= 2, `${unit}: ${exposure}`);
    }
    assert.is(await run('sudo -u kiln-agent cat /etc/snmp/users.conf 2>&1 | grep -c "Permission denied"'), '1');
    const engine = await run("sudo sed -n 's/^oldEngineID //p' /var/lib/snmp/snmpd.conf");

    await shell.run('sudo systemctl reboot').catch(() => undefined);
    shell.close();
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    shell = await login();
    await run('sudo systemctl is-system-running --wait');
    await run(`echo '${walker}' | base64 -d > /tmp/snmpwalk && chmod +x /tmp/snmpwalk`);
    await on();
    assert.is(await run("sudo sed -n 's/^oldEngineID //p' /var/lib/snmp/snmpd.conf"), engine);

    // A certificate that cannot be read is refused, and what was in force stays.
    const broken = '-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n';
    const refused = await shell.run(
      `echo '{"monitoring":{"syslog":{"server":"a","authority":"${broken}"}}}' | sudo appliancectl config apply -`,
      240,
    );
    assert.is.not(refused.code, 0);
    await on();

    await set({});
    await off();
    await walk('.1.3.6.1.2.1.1', 1);
    shell.close();
  });
  collector.close();
});

test.run();
