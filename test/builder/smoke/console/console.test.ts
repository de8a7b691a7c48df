import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { noCloud } from '../../../../src/builder/smoke/channels/nocloud.ts';
import { noChannel } from '../../../../src/builder/smoke/channels/none.ts';
import { readBootReport } from '../../../../src/builder/smoke/console/boot-report.ts';
import { bootTimes, kernelStart } from '../../../../src/builder/smoke/console/boot-times.ts';
import type { ConsoleSubject } from '../../../../src/builder/smoke/console/console-check.ts';
import { consoleChecks } from '../../../../src/builder/smoke/console/index.ts';
import { Transcript } from '../../../../src/builder/smoke/console/transcript.ts';
import { secondsToInService } from '../../../../src/builder/smoke/in-service.ts';
import { parseBlame } from '../../../../src/builder/smoke/visit.ts';
import { sampleGpt, sampleHardware, scriptedShell } from '../checks/scripted-shell.ts';

const root = sampleGpt.partitions[2]?.guid.toLowerCase();
const report = `kiln: state=running failed=none slot=A storage=disk asked=PARTUUID=${root} root=/dev/sda3,ext4,ro datasource=DataSourceNoCloud address=10.0.2.15/24 card=vmxnet3 controller=vmw_pvscsi userland=8.5 up=48.5 now=49.0`;
const spoken: readonly (readonly [number, string])[] = [
  [4.2, 'BdsDxe: starting Boot0001 "UEFI QEMU HARDDISK" from PciRoot(0x0)'],
  [9.0, 'Starting slot AStarting slot A'],
  [11.0, 'EFI stub: UEFI Secure Boot is enabled.'],
  [14.3, '[    2.300000] sd 0:0:0:0: [sda] Assuming drive cache: write through'],
  [55.0, 'smoke-x login: '],
  [61.0, report],
];

function transcript(lines = spoken): Transcript {
  const made = new Transcript();
  for (const [seconds, text] of lines) made.add(text.trimEnd(), seconds);
  return made;
}

function verdicts(lines: typeof spoken, changes: Partial<ConsoleSubject> = {}): Record<string, boolean> {
  const subject: ConsoleSubject = {
    transcript: transcript(lines),
    hardware: sampleHardware,
    channel: noCloud({ network: 'dhcp' }),
    hostname: 'smoke-x',
    gpt: sampleGpt,
    absentUnits: [],
    emulated: false,
    writeProtected: false,
    ...changes,
  };
  return Object.fromEntries(consoleChecks.map((check) => [check.id, check.judge(subject).passed]));
}

/** Ids of the checks that fail when a line is changed. */
function failing(change: (line: string) => string, changes: Partial<ConsoleSubject> = {}): string[] {
  const lines = spoken.map(([seconds, text]) => [seconds, change(text)] as const);
  return Object.entries(verdicts(lines, changes)).flatMap(([id, passed]) => (passed ? [] : [id]));
}

test('a console that tells what it should passes every check', () => {
  assert.equal(
    failing((line) => line),
    [],
  );
});

test('each check fails by what it is there for', () => {
  assert.equal(
    failing((line) => line.replace('smoke-x login', 'localhost login')),
    ['console-login'],
  );
  for (const [from, to] of [
    ['state=running', 'state=degraded'],
    ['failed=none', 'failed=ssh.service'],
    ['slot=A', 'slot=B'],
    ['storage=disk', 'storage=memory'],
    ['ext4,ro', 'ext4,rw'],
    ['DataSourceNoCloud', 'DataSourceNone'],
    ['10.0.2.15/24', 'none'],
    ['card=vmxnet3', 'card=none'],
    ['controller=vmw_pvscsi', 'controller=ahci'],
  ] as const) {
    const changed = failing((line) => (line.startsWith('kiln:') ? line.replace(from, to) : line));
    assert.equal(changed, ['console-state'], to);
  }
  assert.equal(
    failing((line) => line.replace(/asked=\S+/, 'asked=/dev/sda3')),
    ['console-root'],
  );
  assert.equal(
    failing((line) => line.replace('is enabled', 'is disabled')),
    ['console-secure-boot'],
  );
  assert.equal(
    failing((line) => line.replace('Assuming', 'BUG: ')),
    ['console-kernel'],
  );
  assert.equal(
    failing((line) => (line.startsWith('kiln:') ? '' : line)),
    ['console-state', 'console-root'],
  );
});

test('an appliance nobody has named is localhost', () => {
  const bare = { channel: noChannel };
  const unnamed = (line: string): string =>
    line.replace('smoke-x login', 'localhost login').replace('DataSourceNoCloud', 'none');
  assert.equal(failing(unnamed, bare), []);
  assert.equal(
    failing((line) => line, bare),
    ['console-login', 'console-state'],
  );
});

test('the report is read wherever it stands in a line, and nothing else is taken for it', () => {
  assert.is(readBootReport(`smoke-x login: ${report}`)?.up, 48.5);
  assert.is(readBootReport('kiln: the disk vda is write-protected'), undefined);
  assert.is(readBootReport('kiln: state=running')?.slot, 'not said');
});

test('whoever waits for the report hears of it, also afterwards', async () => {
  const made = new Transcript();
  const waited = made.reported();
  made.add('something else', 1);
  made.add(report, 2);
  await waited;
  await made.reported();
  assert.is(made.bootReport?.seconds, 2);
  assert.is(made.seesPrompt('[   12.0] kernel', 3), false);
  assert.is(made.seesPrompt('smoke-x login:', 4), true);
  assert.equal([made.promptName, made.seesPrompt('', 5)], ['smoke-x', true]);
});

test('a start is split where the console shows it', () => {
  const nothingMore = { secondsCloudInit: 12, slowest: [] };
  const times = bootTimes(transcript(), undefined, nothingMore);
  assert.equal(times, {
    secondsFirmware: 4.2,
    // The report came at 61.0, when the kernel had run for 49.0 s.
    secondsLoader: 7.8,
    secondsKernel: 8.5,
    secondsUserland: 40,
    secondsCloudInit: 12,
    slowest: [],
  });
  assert.is(bootTimes(transcript(spoken.slice(1)), 6, nothingMore).secondsFirmware, 6);
  const silent = bootTimes(transcript([]), undefined, { secondsCloudInit: null, slowest: [] });
  assert.equal(
    [silent.secondsFirmware, silent.secondsLoader, silent.secondsKernel, silent.secondsUserland],
    [null, null, null, null],
  );
});

test('the first time in service is counted from power-on, where the console tells when the kernel started', async () => {
  const agent = (said: string) => scriptedShell({ 'first-in-service': said });
  // 4.2 s of firmware and 7.8 s of loader before the kernel.
  assert.is(await secondsToInService(agent('30.5\n'), transcript()), 42.5);
  assert.is(await secondsToInService(agent(''), transcript()), null, 'not in service yet');
  assert.is(await secondsToInService(agent('30.5\n'), transcript([])), null);
  assert.is(kernelStart(transcript()), 12);
  assert.is(kernelStart(transcript([])), undefined);
});

test('times of units are read in minutes, seconds and parts of them', () => {
  assert.equal(parseBlame('1min 2.5s dev-vda5.device\n    900ms ssh.service\nThe time when unit became active\n'), [
    { unit: 'dev-vda5.device', seconds: 62.5 },
    { unit: 'ssh.service', seconds: 0.9 },
  ]);
});

test.run();
