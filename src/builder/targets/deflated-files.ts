import { join } from 'node:path';
import { deflateDisk } from '../formats/deflate/deflate-disk.ts';
import type { GrainSink } from '../formats/deflate/grains.ts';
import type { DiskImage } from '../formats/disk-image.ts';
import type { FileDigest } from '../formats/file-digest.ts';
import { GceTarWriter } from '../formats/gnu-tar/gce-writer.ts';
import type { DiskSurvey } from '../formats/survey.ts';
import { VmdkWriter } from '../formats/vmdk/writer.ts';
import type { WorkPool } from '../formats/work/pool.ts';
import { partialPath, releaseStem } from '../names.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** What the deflated grains of the disk are put into. */
export type DeflatedForm = 'vmdk' | 'gce-tar';

export interface DeflatedFile extends FileDigest {
  path: string;
}

export interface DeflateInput {
  recipe: Recipe;
  disk: DiskImage;
  epoch: number;
  survey: DiskSurvey;
  pool: WorkPool;
  stagingDir: string;
}

/**
 * The files that come from deflating the disk once. Compression is the dearest thing in a wrap, and a VMDK grain and
 * a gzip member can hold the very same deflate blocks.
 */
export class DeflatedFiles {
  readonly #input: DeflateInput;
  readonly #forms: readonly DeflatedForm[];
  readonly #listeners: ((share: number) => void)[] = [];
  #made: Promise<ReadonlyMap<DeflatedForm, DeflatedFile>> | undefined;

  /** @param forms those that will be asked for; nothing else is written */
  constructor(input: DeflateInput, forms: Iterable<DeflatedForm>) {
    this.#input = input;
    this.#forms = [...new Set(forms)];
  }

  /**
   * The finished file of one form; the first call starts the work for all. The file lies hidden in the staging
   * folder and is the caller's to move; what is left there is removed by whoever owns the folder.
   * @param onProgress share done, 0 to 1
   */
  async file(form: DeflatedForm, onProgress: (share: number) => void): Promise<DeflatedFile> {
    this.#listeners.push(onProgress);
    this.#made ??= this.#make();
    const file = (await this.#made).get(form);
    if (file === undefined) throw new Error(`no ${form} was asked for when the disk was deflated`);
    return file;
  }

  /** Path of the file of `form` while and after it is written. */
  path(form: DeflatedForm): string {
    return partialPath(join(this.#input.stagingDir, form === 'vmdk' ? vmdkName(this.#input.recipe) : 'disk.tar.gz'));
  }

  async #make(): Promise<ReadonlyMap<DeflatedForm, DeflatedFile>> {
    const { pool, disk, survey } = this.#input;
    const sinks = new Map<DeflatedForm, GrainSink>();
    try {
      for (const form of this.#forms) sinks.set(form, await this.#open(form));
      let percent = -1;
      await deflateDisk(pool, disk, survey, [...sinks.values()], (share) => {
        // Thousands of blocks, but no display needs more than a hundred changes.
        if (Math.floor(share * 100) === percent) return;
        percent = Math.floor(share * 100);
        for (const listener of this.#listeners) listener(share);
      });
      const files = new Map<DeflatedForm, DeflatedFile>();
      for (const [form, sink] of sinks) files.set(form, { ...(await sink.finish()), path: this.path(form) });
      return files;
    } catch (error) {
      await Promise.allSettled([...sinks.values()].map((sink) => sink.abandon()));
      throw error;
    }
  }

  #open(form: DeflatedForm): Promise<GrainSink> {
    const { recipe, epoch, survey } = this.#input;
    return form === 'vmdk'
      ? VmdkWriter.create(this.path(form), vmdkName(recipe), survey)
      : GceTarWriter.create(this.path(form), survey, epoch);
  }
}

/** Both OVAs name their disk alike, for the VMDK says its own name and is to be the same in both. */
function vmdkName({ name, version }: Recipe): string {
  return `${releaseStem(name, version)}.vmdk`;
}
