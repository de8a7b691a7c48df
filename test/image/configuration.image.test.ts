// An operator's configuration in a running appliance: real networkd, resolved, chrony, sshd and nginx put it in force.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../src/builder/exec/run.ts';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { makeKeyPair } from '../../src/builder/tools/ssh-keygen.ts';
import { debianPrograms } from '../support/debian-programs.ts';
import { Prometheus } from '../support/prometheus.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { attachDisk, makeFatVolume } from './support/fat-volume.ts';
import { press, type } from './support/keyboard.ts';
import { fileBlock, withLiveGuest } from './support/live-guest.ts';
import { bakedRelease } from './support/release.ts';

const folder = tempFolder();
const programs = await debianPrograms('prometheus');
const recipe = await loadRecipe('images/reference');
const release = await bakedRelease('reference');
const artifact = join(release, `${recipe.name}-${recipe.version}-kvm.qcow2`);

/** A certificate of our own for `web-1`, as the PKCS #12 file that Windows exports; its authority is itself. */
function makeCertificate(): { pem: string; pfx: string } {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '90',
    '-subj',
    '/CN=web-1',
    '-addext',
    'subjectAltName=DNS:web-1',
    '-keyout',
    'web.key',
    '-out',
    'web.crt',
  );
  openssl(
    'pkcs12',
    '-export',
    '-in',
    'web.crt',
    '-inkey',
    'web.key',
    '-out',
    'web.pfx',
    '-passout',
    'pass:open sesame',
  );
  return {
    pem: readFileSync(join(folder, 'web.crt'), 'utf8'),
    pfx: readFileSync(join(folder, 'web.pfx')).toString('base64'),
  };
}

const shown = (port: number): string =>
  execFileSync('sh', ['-c', `openssl s_client -connect 127.0.0.1:${port} </dev/null 2>/dev/null | openssl x509`], {
    encoding: 'utf8',
  });

const asked = (port: number, path: string): string =>
  execFileSync(
    'sh',
    [
      '-c',
      `printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' | openssl s_client -quiet -connect 127.0.0.1:${port} 2>/dev/null`,
    ],
    { encoding: 'utf8' },
  );

test('an appliance takes its configuration, keeps what it cannot take away, and finds back when cut off', async () => {
  const key = await makeKeyPair(createExec(new AbortController().signal), join(folder, 'operator'), 'operator');
  const own = makeCertificate();
  const input = {
    name: 'configured',
    block: fileBlock('qcow2', artifact),
    diskBytes: recipe.disk.sizeBytes,
    inward: [443],
  };
  await withLiveGuest(input, async ({ guest, login, port }) => {
    let shell = await login();
    const run = async (command: string): Promise<string> => {
      const { code, stdout, stderr } = await shell.run(command, 180);
      assert.is(code, 0, `${command}\n${stdout}\n${stderr}`);
      return stdout.trim();
    };
    const handOver = (document: object): Promise<string> =>
      run(
        `echo ${Buffer.from(JSON.stringify(document)).toString('base64')} | base64 -d | sudo appliancectl config apply -`,
      );

    await run('sudo systemctl is-system-running --wait');
    const made = shown(port(443));
    const document = {
      hostname: 'web-1',
      timeZone: 'Europe/Zurich',
      dns: { servers: ['10.0.2.3'], search: ['example.test'] },
      ntp: { servers: ['10.0.2.123'] },
      ssh: { authorizedKeys: [key.publicKey.trim()] },
      trustedAuthorities: [own.pem],
      tls: { pfx: own.pfx, password: 'open sesame' },
      smtp: {
        server: 'mail.example.test',
        sender: 'a@example.test',
        recipients: ['b@example.test'],
        username: 'a',
        password: 'not for everybody',
      },
    };
    assert.is(await handOver(document), 'Version 1 is in force.');
    assert.is(await run('hostname'), 'web-1');
    assert.match(await run('date +%Z'), /^CES?T$/);
    assert.match(await run('resolvectl dns'), 'Global: 10.0.2.3');
    assert.match(await run('sudo chronyc -n sources'), '10.0.2.123');
    const trusted = `echo '${own.pem}' | openssl verify -CApath /etc/ssl/certs`;
    assert.match(await run(trusted), 'OK');
    assert.is(shown(port(443)), own.pem);
    const operator = await login('admin', key);
    assert.is((await operator.run('id -un')).stdout.trim(), 'admin');
    operator.close();

    // Nobody but root reads a secret, and nobody gets one back.
    assert.not.match(await run('sudo appliancectl config get'), 'not for everybody');
    assert.is(
      await run(
        "sudo -u kiln-agent cat $(sudo find /var/lib/kiln/configuration -name '*.secrets') 2>&1 | grep -c 'Permission denied'",
      ),
      '1',
    );

    // A mistake lists all its places and changes nothing.
    const broken = Buffer.from('{"hostname":"Web 1","ntp":{"servers":["a b"]},"colour":1}').toString('base64');
    const refused = await shell.run(`echo ${broken} | base64 -d | sudo appliancectl config apply -`, 60);
    assert.is(refused.code, 2);
    for (const place of ['/hostname', '/ntp/servers/0', '"colour"']) assert.match(refused.stderr, place);

    // Taken out of the configuration, the appliance's own certificate is back.
    assert.is(await run('sudo appliancectl config set tls=null trustedAuthorities=[]'), 'Version 2 is in force.');
    assert.is(shown(port(443)), made);
    assert.is.not((await shell.run(trusted, 60)).code, 0);

    // The address changes under the session's feet; nobody confirms, and the old one is back by itself.
    const fixed = 'network.ipv4.method=static network.ipv4.address=10.0.2.77/24 network.ipv4.gateway=10.0.2.2';
    await run(
      "sudo systemd-run --quiet --collect sh -c 'until ip -4 -oneline address | grep 10.0.2.77 >/run/seen; do sleep 1; done'",
    );
    await run(`sudo systemd-run --quiet --collect appliancectl config set ${fixed} --confirm-within 40`);
    // The session hangs with its address, and may or may not live when that is back.
    const undone = 'sudo sh -c \'until grep -q "not confirmed" /var/lib/kiln/configuration/*.json; do sleep 1; done\'';
    for (let back = false; !back; ) {
      back = await shell.run(undone, 60).then(
        ({ code }) => code === 0,
        () => false,
      );
      if (back) break;
      shell.close();
      shell = await login();
    }
    assert.match(
      await run('sudo appliancectl config history'),
      /^3 {2}\S+ {2}root {2}appliancectl\n4 {2}\S+ {2}appliance {2}not confirmed$/m,
    );
    assert.match(await run('cat /run/seen'), '10.0.2.77');
    assert.match(await run('ip -4 -oneline address'), '10.0.2.15');
    assert.not.match(await run('ip -4 -oneline address'), '10.0.2.77');

    // A full data partition: nothing half written, and the agent goes on and says so.
    await run(
      // Root may write into a reserve that others may not: it has to be full as well.
      "sudo sh -c 'fallocate -l $(df --output=avail -B1 /data | tail -n 1) /data/full; for size in 1M 4k; do dd if=/dev/zero of=/data/full.$size bs=$size status=none || true; done'",
    );
    const full = await shell.run('sudo appliancectl config set hostname=web-2', 180);
    assert.is(full.code, 1, full.stdout);
    assert.match(full.stderr, /^error: the configuration was not changed: .*ENOSPC[\s\S]*^hint: .*df -h/m);
    assert.is(await run('hostname'), 'web-1');
    const full90 = 'appliancectl status --json | grep -q \'"id":"disk","core":false,"verdict":"failing"\'';
    await run(`for try in $(seq 60); do ${full90} && break; sleep 1; done; ${full90}`);
    assert.match(asked(port(443), '/health/testall'), /^HTTP\/1.1 200 /);
    await run("sudo sh -c 'rm /data/full*'");
    assert.is(await run('sudo appliancectl config set hostname=web-2'), 'Version 5 is in force.');

    // As docs/monitoring.md has it: a key, the appliance's own certificate, and Prometheus scrapes it.
    const apiKey = await run('sudo appliancectl key add prometheus');
    writeFileSync(join(folder, 'appliance.pem'), made);
    const prometheus = await Prometheus.start(
      programs,
      `global: { scrape_interval: 2s, scrape_timeout: 2s }
scrape_configs:
  - job_name: appliances
    scheme: https
    metrics_path: /health/metrics
    authorization: { credentials: ${apiKey} }
    tls_config: { ca_file: ${join(folder, 'appliance.pem')}, server_name: configured }
    static_configs: [{ targets: ['127.0.0.1:${port(443)}'] }]
`,
    );
    try {
      assert.is((await prometheus.answered('up == 1', 240)).length, 1);
      const [info] = await prometheus.answered('kiln_info');
      assert.is(info?.metric.image, 'reference');
      assert.is(info?.metric.slot, 'A');
      assert.ok(Number((await prometheus.answered('node_memory_MemTotal_bytes'))[0]?.value[1]) > 5e8);
      assert.is((await prometheus.answered('kiln_in_service'))[0]?.value[1], '1');
    } finally {
      await prometheus.stop();
    }

    // A fixed address typed at the screen's keyboard, and kept there. It is the one that DHCP gave: this session goes on.
    const onScreen = (text: string): Promise<string> =>
      run(`until sudo cat /dev/vcs1 | grep -F '${text}'; do sleep 1; done`);
    await press(guest, 'Enter');
    await onScreen('9 Power off');
    await press(guest, '1', 'Enter');
    await onScreen('as the platform gives it');
    await press(guest, 'Right', 'Right');
    await onScreen('fixed address');
    await press(guest, 'Tab');
    await type(guest, '10.0.2.15/24');
    await press(guest, 'Tab');
    await type(guest, '10.0.2.2');
    await onScreen('10.0.2.2_');
    await press(guest, 'Tab', 'Tab', 'Tab', 'Tab', 'Enter');
    await onScreen('then keep them');
    await run('until sudo test -e /var/lib/kiln/pending.json; do sleep 1; done');
    assert.match(await run('sudo cat /etc/systemd/network/*.network'), 'Address=10.0.2.15/24');
    await press(guest, 'Enter');
    await run('while sudo test -e /var/lib/kiln/pending.json; do sleep 1; done');
    assert.match(await run('sudo appliancectl config history'), /^7 {2}\S+ {2}somebody at the console {2}console$/m);

    // A disk with a configuration, attached while it runs: nobody's change is overridden, and whoever wants it says so.
    writeFileSync(join(folder, 'config.yaml'), 'hostname: web-3\ntimeZone: Asia/Tokyo\n');
    await attachDisk(guest, 'volume', makeFatVolume(folder, 'KILN-CONFIG', [join(folder, 'config.yaml')]));
    await run("until sudo appliancectl config offers | grep 'not used, for an operator'; do sleep 1; done");
    assert.is(await run('hostname'), 'web-2');
    assert.is(await run('sudo appliancectl config import disc'), 'Version 8 is in force.');
    assert.equal([await run('hostname'), await run('date +%Z')], ['web-3', 'JST']);
    shell.close();
  });
});

test.run();
