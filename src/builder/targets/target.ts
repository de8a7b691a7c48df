import type { Exec } from '../exec/run.ts';
import type { DiskImage } from '../formats/disk-image.ts';
import type { FileDigest } from '../formats/file-digest.ts';
import type { DiskSurvey } from '../formats/survey.ts';
import type { WorkPool } from '../formats/work/pool.ts';
import type { ArtifactKind } from '../names.ts';
import type { StepProgress } from '../progress.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { DeflatedFiles, DeflatedForm } from './deflated-files.ts';

/** What a target is given to make its artifact from. */
export interface WrapJob {
  readonly exec: Exec;
  readonly recipe: Recipe;
  readonly disk: DiskImage;
  /** Seconds since 1970; every time stamp in the artifact. */
  readonly epoch: number;
  readonly survey: DiskSurvey;
  readonly pool: WorkPool;
  readonly deflated: DeflatedFiles;
}

/** A platform Kiln wraps the disk for. One file each; a new platform is a new file and a line in index.ts. */
export interface Target {
  readonly kind: ArtifactKind;
  /** For the progress display: `Write the OVA for VMware`. */
  readonly title: string;
  /** The deflated form of the disk this target is made of, if any. Targets of one form share the work and the file. */
  readonly form?: DeflatedForm;
  /**
   * Writes the finished artifact to `path`, which does not exist yet. On failure it may leave a partial file there.
   */
  wrap(job: WrapJob, path: string, step: StepProgress): Promise<FileDigest>;
}
