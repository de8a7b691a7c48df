import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Configuration } from '../../contract/configuration/configuration.ts';
import { putSecrets } from '../../contract/configuration/secrets.ts';
import { askAgent } from '../platform/ask-agent.ts';
import { replaceAtomically } from '../platform/atomic-file.ts';
import { ConfigurationStore } from '../platform/configuration-store.ts';
import { AGENT_PORT, type Places } from '../platform/places.ts';
import { readIfThere } from '../platform/read-if-there.ts';
import { runCommand, startHelper } from '../platform/run-command.ts';
import type { UpdatingAppliance } from './appliance.ts';
import { CarriedBundles } from './carried-bundles.ts';
import { carryOver } from './carry-over.ts';
import { ChannelError } from './channel/channel-error.ts';
import { askChannel, lastKnown, trustedRoot } from './channel/channel-reader.ts';
import { wayTo } from './channel/way.ts';
import { readChanging, readStanding } from './facts-of-appliance.ts';
import { SeparatedFetcher } from './fetch/separated-fetcher.ts';
import { Firewall } from './firewall.ts';
import { HealthWatch } from './health-watch.ts';
import { inspectBundle, installBundle } from './rauc.ts';
import { type BootChoice, readBootChoice, setSlot, startNext } from './slots/boot-choice.ts';
import { readFailedStart } from './slots/failed-start.ts';
import { SlotRecords } from './slots/slot-records.ts';
import { noteKept, testify } from './testimony.ts';
import { isBundleMounted, pauseUdev, resumeUdev } from './udev-queue.ts';

/** Load balancers ask every few seconds: until then they send no more work here. */
const DRAIN_SECONDS = 15;
/** Signature and manifest on a slow line. */
const UDEV_PAUSE_MS = 120_000;
const COMMAND_SECONDS = 60;
/** Assignments that systemd and the shell read alike: whatever either would take apart is percent-encoded in an address. */
const PROXY_FILE = '/run/kiln-updater/rauc-proxy';
const FETCH_USER = 'kiln-fetch';
const FETCH_PROGRAM = '/usr/lib/kiln/fetch.mjs';

/** The appliance that this process runs in. @throws {Error} where there are no slots */
export async function thisAppliance(places: Places): Promise<UpdatingAppliance> {
  const standing = await readStanding(places);
  const records = new SlotRecords(places.updates);
  const carried = new CarriedBundles(places.updates);
  const store = new ConfigurationStore(places.configuration);
  const health = new HealthWatch(() => askAgent(AGENT_PORT));
  const scratch = dirname(places.updaterSocket);
  const channelPlaces = { updates: places.updates, scratch };
  // What one that was killed may have left so.
  const firewall = new Firewall();
  await Promise.all([resumeUdev(), firewall.shut()]);
  const tell = (message: string): void => void process.stderr.write(`${message}\n`);
  const userAgent = `kiln-updater (${standing.image}/${standing.running.version})`;
  const now = (): Date => new Date();

  // It lies on a partition that is mounted to be read, and only what is done here changes it.
  let choice: Promise<BootChoice> | undefined;
  const changingChoice = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      choice = undefined;
    }
  };

  const configuration = async (): Promise<Configuration> => {
    const inForce = await store.current(tell);
    return putSecrets(inForce.configuration, await store.secrets(inForce)).configuration;
  };
  const way = async (settings: Configuration) => {
    const { channel } = settings.updates;
    if (channel === null) throw new ChannelError('unreachable', 'no channel is set');
    const authorities = await readFile(places.trustedAuthorities, 'utf8');
    return { channel, ...(await wayTo(channel, settings, authorities, userAgent)) };
  };
  const withWay: UpdatingAppliance['withWay'] = async (settings, until, work) => {
    const { destinations, options } = await way(settings);
    await proxyForRauc(options.proxy, settings.proxy?.exceptions ?? []);
    // When the window ends, so does what is under way: RAUC begins again in the next one, with what it has written.
    const end = setTimeout(
      () => void stopRauc().catch((error: Error) => tell(error.message)),
      until.getTime() - Date.now(),
    );
    try {
      return await firewall.during(destinations, work);
    } finally {
      clearTimeout(end);
    }
  };
  return {
    standing,
    records,
    now,
    tell,
    configuration,
    async facts() {
      await health.look();
      choice ??= readBootChoice();
      choice.catch(() => {
        choice = undefined;
      });
      const { ailment, clockSynchronised, healthySeconds } = health;
      return {
        ...standing,
        ...(await readChanging(places, standing, records, await choice)),
        ailment,
        clockSynchronised,
        healthySeconds,
      };
    },
    async askChannel(settings) {
      const builtInRoot = trustedRoot(await readIfThere(places.channelRoot));
      const { channel, options, destinations } = await way(settings);
      const rights = [
        '--reuid',
        FETCH_USER,
        '--regid',
        FETCH_USER,
        '--clear-groups',
        '--no-new-privs',
        '--bounding-set=-all',
      ];
      const node = ['/usr/bin/node', '--max-old-space-size=48', FETCH_PROGRAM];
      return firewall.during(destinations, async () => {
        const helper = startHelper('setpriv', [...rights, '--inh-caps=-all', '--pdeathsig=KILL', ...node]);
        try {
          const fetcher = new SeparatedFetcher(helper, options);
          return await askChannel(channelPlaces, { channel, fetcher, builtInRoot }, tell);
        } finally {
          await helper.close();
        }
      });
    },
    lastKnown: () => lastKnown(channelPlaces, now(), tell),
    async carryOver(path, progress) {
      const builtInRoot = await readIfThere(places.channelRoot);
      return carryOver(path, { channelPlaces, builtInRoot, carried, standing, tell }, progress);
    },
    carried: (manifestHash) => carried.find(manifestHash),
    forgetCarried: (except) => carried.forget(except),
    withWay,
    inspect: (location) => inspectBundle(location, withProxy),
    async install(location, progress) {
      const isStreamed = /^https?:/.test(location);
      let resumed: Promise<void> | undefined;
      const resume = (): Promise<void> => {
        resumed ??= resumeUdev();
        // Told where it is waited for, below.
        resumed.catch(() => undefined);
        return resumed;
      };
      if (isStreamed) await pauseUdev();
      const limit = setTimeout(() => void resume(), UDEV_PAUSE_MS);
      try {
        const write = installBundle(location, (percent, doing) => {
          if (isStreamed && isBundleMounted(doing)) void resume();
          progress(doing, percent);
        });
        await changingChoice(write);
      } finally {
        clearTimeout(limit);
        if (isStreamed) await resume();
      }
    },
    startNext: (slot) => changingChoice(startNext(slot)),
    setSlot: (slot, state) => changingChoice(setSlot(slot, state)),
    failedStart: (slot) => readFailedStart(slot),
    async keepReport(version, reason, start) {
      const report = { version, time: now().toISOString(), reason, ...start };
      const content = `${JSON.stringify(report, null, 2)}\n`;
      await replaceAtomically(join(places.updates, 'failed-start.json'), { content, mode: 0o600, gid: 0 });
    },
    noteKept: (kept) => noteKept(places.updates, kept),
    testify: () => {
      const about = { appliance: hostname(), image: standing.image, version: standing.running.version };
      return testify(places.updates, about, now());
    },
    async restart() {
      await mkdir(dirname(places.drain), { recursive: true });
      await writeFile(places.drain, '');
      await pause(DRAIN_SECONDS * 1000);
      await runCommand('systemctl', ['--no-block', 'reboot'], COMMAND_SECONDS);
    },
  };
}

/**
 * RAUC's own fetching goes by libcurl, which takes a proxy from the environment. systemd shows everybody what a unit's settings
 * say: a password is in a file that they name.
 */
async function proxyForRauc(proxy: string | undefined, exceptions: readonly string[]): Promise<void> {
  const dropIn = '/run/systemd/system/rauc.service.d/proxy.conf';
  const values = { http_proxy: proxy, https_proxy: proxy, no_proxy: exceptions.join(',') };
  const lines = Object.entries(values).map(([name, value]) => `${name}="${value}"\n`);
  const content = proxy === undefined ? '' : lines.join('');
  if (content === (await readIfThere(PROXY_FILE))) return;
  if (content === '') {
    for (const path of [PROXY_FILE, dropIn]) await rm(path, { force: true });
  } else {
    await replaceAtomically(PROXY_FILE, { content, mode: 0o600, gid: 0 });
    await replaceAtomically(dropIn, { content: `[Service]\nEnvironmentFile=${PROXY_FILE}\n`, mode: 0o644, gid: 0 });
  }
  await runCommand('systemctl', ['daemon-reload'], COMMAND_SECONDS);
  await stopRauc();
}

/** Runs a program with what {@link proxyForRauc} left for it, and no word of it among the arguments. */
const withProxy: typeof runCommand = (program, args, limitSeconds) => {
  const script = 'set -a; if [ -r "$0" ]; then . "$0"; fi; exec "$@"';
  return runCommand('sh', ['-euc', script, PROXY_FILE, program, ...args], limitSeconds);
};

async function stopRauc(): Promise<void> {
  await runCommand('systemctl', ['stop', 'rauc.service'], COMMAND_SECONDS);
}
