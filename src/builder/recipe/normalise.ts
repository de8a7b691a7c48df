import { join } from 'node:path';
import { artifactKinds } from '../names.ts';
import { parseEpoch } from './epoch.ts';
import { payloadCheckOf } from './payload-checks.ts';
import type { Recipe } from './recipe.ts';
import { parseSize } from './size.ts';
import type { WrittenRecipe } from './written.ts';

export interface RecipeOrigin {
  /** Absolute, no links in it. */
  folder: string;
  /** SHA-256 of the file, hex. */
  sha256: string;
  /** From SOURCE_DATE_EPOCH; what the recipe itself says goes before it. */
  defaultEpoch: number | null;
  /** Text of the file that the recipe names, checked. */
  channelRoot: string | null;
}

/** Turns a checked recipe into the form the builder works with, deeply frozen. */
export function normalise(written: WrittenRecipe, origin: RecipeOrigin): Recipe {
  const { epoch, disk, hardware, health, targets, provisioners, ...same } = written;
  return deepFreeze({
    ...same,
    epoch: epoch === undefined ? origin.defaultEpoch : must(parseEpoch(epoch)),
    disk: { sizeBytes: must(parseSize(disk.size)), slotBytes: must(parseSize(disk.slot)) },
    hardware: {
      deployments: hardware.deployments.map(({ memory, ...rest }) => ({
        ...rest,
        memoryBytes: must(parseSize(memory)),
      })),
    },
    health: { checks: health.checks.map(payloadCheckOf) },
    updates: { channelRoot: origin.channelRoot },
    targets: artifactKinds.filter((kind) => targets.includes(kind)),
    provisioners: provisioners.map((folder) => join(origin.folder, folder)),
    folder: origin.folder,
    sha256: origin.sha256,
  });
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that its check refuses came through the check');
  return value;
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
