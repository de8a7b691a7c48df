import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Configurator } from '../../../src/firmware/configure/configurator.ts';
import { RenderedFiles } from '../../../src/firmware/configure/rendered-files.ts';
import type { Section } from '../../../src/firmware/configure/section.ts';
import { sections as allSections } from '../../../src/firmware/configure/sections/index.ts';
import { type Places, placesBelow } from '../../../src/firmware/platform/places.ts';
import { takeLock } from '../../../src/firmware/platform/run-command.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export interface SampleAppliance {
  readonly root: string;
  readonly places: Places;
  /** Every command that was started, in order. */
  readonly commands: string[];
  /** Commands that begin with this fail. */
  refuse: string | undefined;
  /** Called when one does. */
  onRefusal: () => void;
  configurator: Configurator;
  /** Another program with the same files: after a restart. */
  restarted(): Configurator;
}

/** A configurator over a tree of its own; programs are replaced at the process boundary. */
export function sampleAppliance(
  sections: readonly Section[] = allSections,
  now = new Date('2026-06-01T12:00:00Z'),
): SampleAppliance {
  const root = tempFolder();
  for (const folder of ['etc', 'usr/share/zoneinfo/Europe', 'var/lib/kiln/configuration', 'run/kiln'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'usr/share/zoneinfo/Europe/Zurich'), '');
  const places = placesBelow(root);
  const commands: string[] = [];
  const restarted = (): Configurator =>
    new Configurator({
      places,
      sections,
      files: new RenderedFiles(root, places.rendered, async () => process.getegid?.() ?? 0),
      now: () => now,
      run: async (program, args) => {
        const command = [program, ...args].join(' ');
        commands.push(command);
        if (appliance.refuse !== undefined && command.startsWith(appliance.refuse)) {
          appliance.onRefusal();
          throw new Error(`${command}: refused`);
        }
        return '';
      },
      lock: takeLock,
      warn: () => undefined,
    });
  const appliance: SampleAppliance = {
    root,
    places,
    commands,
    refuse: undefined,
    onRefusal: () => undefined,
    configurator: restarted(),
    restarted,
  };
  return appliance;
}
