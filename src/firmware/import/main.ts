import { readFile, rm } from 'node:fs/promises';
import { applianceConfigurator } from '../configure/appliance-configurator.ts';
import { importPlaces } from '../configure/channels/import-places.ts';
import { forInstance, readImportRecord, writeImportRecord } from '../configure/channels/import-record.ts';
import { platformSources } from '../configure/channels/index.ts';
import { readOfferedFiles } from '../configure/channels/offered-files.ts';
import { takeOver } from '../configure/channels/take-over.ts';
import { replaceAtomically } from '../platform/atomic-file.ts';
import { placesBelow } from '../platform/places.ts';
import { readIfThere } from '../platform/read-if-there.ts';
import { runCommand } from '../platform/run-command.ts';

const LIMIT_SECONDS = 60;
const root = process.env.KILN_ROOT ?? '/';
const places = importPlaces(root);

const configurator = applianceConfigurator(placesBelow(root), (message) =>
  process.stderr.write(`warning: ${message}\n`),
);
const newest = async (): Promise<number> => (await configurator.kept.current()).newest;
const record = forInstance(await readImportRecord(places.record), await instance(), await newest());
const input = {
  sources: platformSources,
  files: await readOfferedFiles(places.offered),
  configurator,
  now: () => new Date(),
};
const after = await takeOver(input, record);
await writeImportRecord(places.record, after);
const isNew = (outcome: (typeof after.outcomes)[number]): boolean => !record.outcomes.includes(outcome);
const outcomes = after.outcomes.filter(isNew);
for (const { detail } of outcomes) process.stdout.write(`${detail}\n`);
if ((await newest()) > 0) await endEarlyNetwork();
if (outcomes.some(({ outcome }) => outcome === 'mistakes' || outcome === 'failed')) process.exitCode = 1;
else await settle();

/** cloud-init's; what it makes up when no platform answers names no machine. */
async function instance(): Promise<string | null> {
  const id = (await readIfThere(places.instance)).trim();
  return id === '' || id === 'iid-datasource-none' ? null : id;
}

/** The address given at OVA import is in force before networkd starts; from now on the configuration says what counts. */
async function endEarlyNetwork(): Promise<void> {
  if ((await readIfThere(places.earlyNetwork)) === '') return;
  await rm(places.earlyNetwork);
  if (root === '/') await runCommand('networkctl', ['reload'], LIMIT_SECONDS);
}

/** Notes what was decided on, so that the next start need not even ask. */
async function settle(): Promise<void> {
  const content = await readFile(places.fingerprint, 'utf8');
  await replaceAtomically(places.settled, { content, mode: 0o600, gid: process.getegid?.() ?? 0 });
}
