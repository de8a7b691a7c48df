import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { Release, ReleaseBundle } from '../contract/release.ts';
import { type Cache, openCache } from './cache/cache.ts';
import type { BakeOptions, BakeResult } from './cli/work.ts';
import type { Context } from './context.ts';
import { allOrNone } from './exec/all-or-none.ts';
import { createExec } from './exec/run.ts';
import { releaseFolder } from './names.ts';
import type { StepName } from './plan/code-id.ts';
import { diskLayout } from './plan/disk-layout.ts';
import { packagesOf } from './plan/packages.ts';
import { stepIds } from './plan/step-ids.ts';
import type { Recipe } from './recipe/recipe.ts';
import { type Signing, settleSigning } from './signing/signing.ts';
import { type Archive, resolveArchive } from './steps/archive.ts';
import { buildBaseTree } from './steps/base.ts';
import { makeBundle } from './steps/bundle.ts';
import { describeRelease } from './steps/describe.ts';
import { makeDisk } from './steps/disk/disk.ts';
import { provision } from './steps/provision.ts';
import { listProvisioners, type Provisioner } from './steps/provisioners.ts';
import { publish, publishedRelease, removeStaleFolders, stagingFolder } from './steps/publish.ts';
import { sealTree } from './steps/seal.ts';
import { makeSlot } from './steps/slot.ts';
import { unpackTree } from './steps/unpack.ts';
import { wrapAll } from './steps/wrap.ts';
import { toolTreeFolder } from './tool-tree.ts';
import { hostMirror } from './tools/apt.ts';
import { readDiskImage } from './tools/qemu-img.ts';
import { toolVersions } from './tools/versions.ts';
import { compressZstd, decompressZstd } from './tools/zstd.ts';

/** What is settled before anything is made: every input, and the content id of every step. */
interface Plan {
  readonly recipe: Recipe;
  readonly epoch: number;
  readonly archive: Archive;
  readonly provisioners: readonly Provisioner[];
  readonly source: BakeOptions['source'];
  readonly kinds: Recipe['targets'];
  readonly signing: Signing;
  readonly ids: Readonly<Record<StepName, string>>;
  readonly folder: string;
  /** Kept after the bake, for whoever looks for a reason. */
  readonly logDir: string;
}

/**
 * Bakes a recipe into a release folder. What did not change is taken from the cache; the folder appears by one rename
 * when everything in it is complete.
 * @throws {KilnError} of any step
 */
export async function bake(ctx: Context, options: BakeOptions): Promise<BakeResult> {
  const cache = await openCache(ctx.cacheDir, (line) => ctx.progress.note(line));
  await removeStaleFolders(join(options.outputRoot, options.recipe.name));
  const plan = await ctx.progress.step('plan', 'Ask the mirror what it has', () => makePlan(ctx, options));
  const before = await publishedRelease(plan.folder);
  const same = before?.steps.wrap === plan.ids.wrap && before.steps.bundle === plan.ids.bundle;
  if (before !== undefined && same) return { folder: plan.folder, release: before, unchanged: true };
  const made = await goldenDisk(ctx, cache, plan);
  const release = await wrapAndPublish(ctx, plan, made);
  return { folder: plan.folder, release, unchanged: false };
}

async function makePlan(ctx: Context, options: BakeOptions): Promise<Plan> {
  const { recipe, source, outputRoot } = options;
  const signing = await settleSigning(ctx.exec, options.signing);
  if (signing.development) {
    ctx.progress.note(
      signing.signerKeyring === undefined
        ? 'The update bundle is signed with a key for development; docs/releases.md says how to name your own.'
        : 'The update bundle is signed with a key for development, and no appliance takes it until `kiln sign` has replaced that.',
    );
  }
  const mirror = options.mirror ?? recipe.base.mirror ?? (await hostMirror(ctx.exec));
  const archive = await resolveArchive(ctx, mirror, recipe.base.suite);
  const epoch = recipe.epoch ?? archive.date;
  const kinds = options.only ?? recipe.targets;
  const provisioners = await listProvisioners(recipe);
  const { keyring, signer } = signing;
  const { releases } = archive;
  const ids = await stepIds({ recipe, releases, epoch, source, kinds, keyring, signer, provisioners });
  const logDir = join(outputRoot, recipe.name, 'logs');
  await mkdir(logDir, { recursive: true });
  const folder = releaseFolder(outputRoot, recipe.name, recipe.version);
  return { recipe, epoch, archive, provisioners, source, kinds, signing, ids, folder, logDir };
}

/** What all that ships is made of, in scratch. */
interface Golden {
  /** The golden disk, raw. */
  readonly disk: string;
  readonly slotImage: string;
  readonly toolTree: string;
}

/** The slot image and the golden disk: made from the cached slot when there is one, else from Debian's packages up. */
async function goldenDisk(ctx: Context, cache: Cache, plan: Plan): Promise<Golden> {
  const { recipe, epoch, ids } = plan;
  const workDir = join(ctx.scratch, 'disk');
  await mkdir(workDir);
  const slotImage = join(ctx.scratch, 'slot', 'slot.ext4');
  await mkdir(dirname(slotImage));
  const cached = await cache.get('slot', ids.slot);
  // For what runs side by side: when one part fails the other is stopped.
  const failure = new AbortController();
  const both: Context = { ...ctx, exec: createExec(AbortSignal.any([ctx.exec.signal, failure.signal])) };
  const [toolTree, base] = await allOrNone(
    [
      toolTreeFolder(both, cache, {
        ...{ suite: recipe.base.suite, suites: plan.archive.suites, epoch, id: ids['tool-tree'] },
        logFile: join(plan.logDir, 'tool-tree.log'),
      }),
      cached === null ? baseTreeArchive(both, cache, plan) : Promise.resolve(undefined),
    ],
    failure,
  );
  let kept: Promise<unknown> = Promise.resolve();
  if (cached !== null) {
    await ctx.progress.step('slot', 'Make the slot image', async (step) => {
      step.cached('same tree, same slot');
      await decompressZstd(ctx.exec, join(cached.folder, 'slot.ext4.zst'), slotImage);
    });
  } else if (base !== undefined) {
    await makeSlotFromBase(ctx, plan, { base, toolTree, slotImage });
    // Compressing for the cache goes on while the disk is put together.
    kept = cache.put('slot', ids.slot, `${recipe.name} ${recipe.version}: slot image`, (folder) =>
      compressZstd(both.exec, slotImage, join(folder, 'slot.ext4.zst'), availableParallelism()),
    );
  }
  const golden = join(ctx.scratch, 'golden.raw');
  const disk = ctx.progress.step('disk', 'Put the disk together', () =>
    makeDisk(both, {
      image: recipe.name,
      epoch,
      layout: diskLayout(recipe.name, recipe.disk.sizeBytes, recipe.disk.slotBytes),
      slotImage,
      toolTree,
      workDir,
      output: golden,
      logFile: join(plan.logDir, 'disk.log'),
    }),
  );
  await allOrNone([disk, kept], failure);
  await rm(workDir, { recursive: true });
  return { disk: golden, slotImage, toolTree };
}

async function makeSlotFromBase(
  ctx: Context,
  plan: Plan,
  input: { base: string; toolTree: string; slotImage: string },
): Promise<void> {
  const { recipe, epoch } = plan;
  const treeDir = join(ctx.scratch, 'tree');
  await ctx.progress.step('unpack', 'Unpack the base tree', () => unpackTree(ctx, input.base, treeDir));
  await ctx.progress.step('provision', 'Run the provisioners', (step) =>
    provision(ctx, step, {
      recipe,
      epoch,
      treeDir,
      toolTree: input.toolTree,
      provisioners: plan.provisioners,
      keyring: plan.signing.keyring,
      source: plan.source,
      renderDir: join(ctx.scratch, 'packer'),
      logDir: plan.logDir,
    }),
  );
  await ctx.progress.step('seal', 'Seal the tree and look that it is clean', () =>
    sealTree(ctx, { treeDir, epoch, logFile: join(plan.logDir, 'seal.log') }),
  );
  await ctx.progress.step('slot', 'Make the slot image', () =>
    makeSlot(ctx, {
      image: recipe.name,
      version: recipe.version,
      epoch,
      treeDir,
      toolTree: input.toolTree,
      slotBytes: recipe.disk.slotBytes,
      output: input.slotImage,
      logFile: join(plan.logDir, 'slot.log'),
    }),
  );
}

async function baseTreeArchive(ctx: Context, cache: Cache, plan: Plan): Promise<string> {
  const { recipe, epoch, archive, ids, logDir } = plan;
  const title = 'Unpack and configure Debian packages';
  return ctx.progress.step('base', title, async (step) => {
    const cached = await cache.get('base', ids.base);
    if (cached !== null) step.cached('same packages');
    const entry =
      cached ??
      (await cache.put('base', ids.base, `${recipe.name}: base tree`, (folder) =>
        buildBaseTree(ctx, step, {
          suite: recipe.base.suite,
          suites: archive.suites,
          packages: packagesOf(recipe),
          epoch,
          output: join(folder, 'base.tar'),
          logFile: join(logDir, 'base.log'),
        }),
      ));
    return join(entry.folder, 'base.tar');
  });
}

async function wrapAndPublish(ctx: Context, plan: Plan, golden: Golden): Promise<Release> {
  const { recipe, epoch, kinds, ids } = plan;
  const threads = availableParallelism();
  const staging = await stagingFolder(plan.folder);
  try {
    const disk = await readDiskImage(ctx.exec, golden.disk);
    const failure = new AbortController();
    const both: Context = { ...ctx, exec: createExec(AbortSignal.any([ctx.exec.signal, failure.signal])) };
    const [artifacts, bundle] = await allOrNone(
      [
        wrapAll(both, { recipe, disk, epoch, kinds, stagingDir: staging, threads }),
        updateBundle(both, plan, golden, staging, threads),
      ],
      failure,
    );
    const release = await ctx.progress.step('describe', 'Write release.json and SHA256SUMS', async () =>
      describeRelease(ctx, {
        recipe,
        disk,
        epoch,
        artifacts,
        bundle,
        stagingDir: staging,
        steps: ids,
        tools: await toolVersions(ctx.exec),
        threads,
      }),
    );
    await publish(staging, plan.folder);
    return release;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

function updateBundle(
  ctx: Context,
  plan: Plan,
  golden: Golden,
  staging: string,
  threads: number,
): Promise<ReleaseBundle> {
  const { recipe, epoch, signing, logDir } = plan;
  return ctx.progress.step('bundle', 'Make and sign the update bundle', () =>
    makeBundle(ctx, {
      image: recipe.name,
      version: recipe.version,
      epoch,
      slotImage: golden.slotImage,
      toolTree: golden.toolTree,
      signing,
      workDir: join(ctx.scratch, 'bundle'),
      stagingDir: staging,
      threads,
      logFile: join(logDir, 'bundle.log'),
    }),
  );
}
