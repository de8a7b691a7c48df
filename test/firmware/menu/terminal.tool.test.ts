import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import { firstState } from '../../../src/contract/updates/state.ts';
import { ConfigurationStore } from '../../../src/firmware/platform/configuration-store.ts';
import { placesBelow } from '../../../src/firmware/platform/places.ts';
import { RealTerminal } from '../../support/real-terminal.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { runAgent } from '../agent/running-agent.ts';

const { run } = createExec(new AbortController().signal);
const program = join(repositoryRoot, 'test/firmware/menu/menu-process.ts');
const node = `${process.execPath} --import tsx`;

test('a fixed address is typed at a real terminal, seen on screen, and in force', async () => {
  const report = join(tempFolder(), 'report.json');
  const terminal = await RealTerminal.open(`cd ${repositoryRoot} && ${node} ${program} ${report}`, 80, 24);
  try {
    await terminal.shows('> 1 Network');
    await terminal.press('Enter');
    await terminal.shows('IPv4 ');
    await terminal.press('Right', 'Right', 'Down', '192.0.2.300/24', 'Tab', '192.0.2.1');
    await terminal.resize(60, 12);
    await terminal.shows(/^>? *Gateway +192\.0\.2\.1_+ *$/m);
    await terminal.press('Up', 'Up', 'Up', 'Up', 'Enter');
    await terminal.shows('! expected an address and its prefix');
    await terminal.resize(132, 50);
    await terminal.press('C-u', '192.0.2.10/24');
    await terminal.shows('Address         192.0.2.10/24');
    await terminal.press('Up', 'Up', 'Up', 'Enter');
    await terminal.shows(/Undone in 1[78]\d s\./);
    await terminal.press('Enter');
    await terminal.shows('The change is kept.');
    await terminal.press('Enter');
    await terminal.shows('> 1 Network');
    await terminal.press('Escape');
    await waitForFile(report);
  } finally {
    await terminal.close();
  }
  const { configuration, history, commands } = JSON.parse(readFileSync(report, 'utf8'));
  assert.equal(configuration.network.ipv4, { method: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' });
  assert.equal([history[0].who, history[0].channel], ['somebody at the console', 'console']);
  assert.ok(commands.includes('networkctl reload'), commands.join('\n'));
});

/** A tree with the scripts of the console, an agent that answers, and a menu that only says that it was there. */
async function consoleTree(): Promise<{ root: string; close(): Promise<void>; port: number }> {
  const { agent, places } = await runAgent(1);
  const { root } = places;
  cpSync(join(repositoryRoot, 'provisioners/85-console/files/usr/lib/kiln'), join(root, 'usr/lib/kiln'), {
    recursive: true,
  });
  for (const name of readdirSync(join(root, 'usr/lib/kiln'))) chmodSync(join(root, 'usr/lib/kiln', name), 0o755);
  for (const folder of ['proc/sys/kernel', 'etc/ssh', 'var/lib/kiln/tls', 'home/admin/.ssh'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'proc/sys/kernel/hostname'), 'appliance-1\n');
  writeFileSync(join(root, 'usr/lib/os-release'), 'PRETTY_NAME="Sample Appliance 1.2.3"\nIMAGE_ID=sample\n');
  writeFileSync(join(root, 'usr/lib/kiln/menu.mjs'), "process.stdout.write('THE MENU');setTimeout(() => {}, 500);");
  const options = { purpose: 'make sample keys', timeoutSeconds: 60 };
  const key = join(root, 'etc/ssh/ssh_host_ed25519_key');
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], options);
  const request = ['-x509', '-newkey', 'ed25519', '-nodes', '-subj', '/CN=appliance-1', '-keyout', '/dev/null'];
  await run(['openssl', 'req', ...request, '-out', join(root, 'var/lib/kiln/tls/certificate.pem')], options);
  return { root, port: agent.port, close: () => agent.close() };
}

async function printOf(root: string): Promise<string> {
  const key = join(root, 'etc/ssh/ssh_host_ed25519_key.pub');
  return (
    (await run(['ssh-keygen', '-l', '-f', key], { purpose: 'read a fingerprint', timeoutSeconds: 60 })).stdout.split(
      ' ',
    )[1] ?? ''
  );
}

test('the first screen shows the appliance at a glance, and what changed a moment later', async () => {
  const { root, port, close } = await consoleTree();
  const code = join(root, 'var/lib/kiln/setup-code');
  const command = `KILN_POLL_TENTHS=5 KILN_AGENT_PORT=${port} sh ${root}/usr/lib/kiln/console ${root}`;
  const terminal = await RealTerminal.open(command, 80, 24);
  try {
    await terminal.shows('Set-up code');
    const screen = await terminal.shows(/State +in service; failing: .*time/);
    for (const text of ['Sample Appliance 1.2.3, slot A', 'appliance-1', await printOf(root), 'Enter: configure'])
      assert.ok(screen.includes(text), `${text} is missing:\n${screen}`);
    assert.match(screen, /Certificate +SHA-256=([0-9A-F]{2}:){10}/);
    assert.match(screen, /Set-up code +([A-HJ-NP-Z2-9]{4}-){2}[A-HJ-NP-Z2-9]{4}$/m);
    assert.ok(screen.includes(readFileSync(code, 'utf8').trim()));
    assert.not.match(screen, 'Updates');
    await allowUpdates(root);
    await terminal.shows(/Updates +1\.1\.0 can be installed: sudo appliancectl update show/);
    writeFileSync(join(root, 'run/kiln/drained'), '');
    await terminal.shows('drained by an operator');
    writeFileSync(join(root, 'home/admin/.ssh/authorized_keys'), '# none\nssh-ed25519 AAAA somebody\n');
    await terminal.hides('Set-up code');
    assert.not.ok(existsSync(code));
    await terminal.resize(40, 10);
    assert.match(await terminal.shows(/State +drained/), 'Enter: configure');
    await terminal.press('Enter');
    await terminal.shows('THE MENU');
    await terminal.shows('Enter: configure');
    rmSync(join(root, 'etc/ssh'), { recursive: true });
    await terminal.shows(/SSH key +none/);
  } finally {
    await terminal.close();
    await close();
  }
});

/** Has an operator allow to look for updates, and the update client have found one. */
async function allowUpdates(root: string): Promise<void> {
  const places = placesBelow(root);
  const state = {
    ...firstState(new Date(), 'b-1'),
    phase: 'announced',
    version: '1.1.0',
    manifestHash: 'a'.repeat(64),
  };
  mkdirSync(places.updates, { recursive: true });
  writeFileSync(join(places.updates, 'state.json'), JSON.stringify(state));
  const store = new ConfigurationStore(places.configuration);
  const { newest } = await store.current(() => undefined);
  const configuration = {
    ...defaultConfiguration,
    updates: { ...defaultConfiguration.updates, checking: true, channel: 'https://updates.example.com/' },
  };
  await store.add({ who: 'ann', channel: 'test', configuration }, newest, new Date());
}

async function waitForFile(path: string): Promise<void> {
  for (let tries = 0; tries < 300 && !existsSync(path); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(existsSync(path));
}

test.run();
