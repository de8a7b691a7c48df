import type { Release } from '../../contract/release.ts';
import type { Context } from '../context.ts';
import type { ArtifactKind } from '../names.ts';
import type { Recipe } from '../recipe/recipe.ts';

export interface BakeOptions {
  recipe: Recipe;
  /** Absolute; the release appears in `<outputRoot>/<image>/<version>`. */
  outputRoot: string;
  /** Which Packer source runs the provisioners. */
  source: 'sandbox' | 'vm';
  /** Artifacts to make; absent means all targets of the recipe. */
  only?: readonly ArtifactKind[];
  /** Goes before the recipe's mirror and the host's. */
  mirror?: string;
}

export interface BakeResult {
  /** Absolute. */
  folder: string;
  release: Release;
  /** Whether everything was there already and nothing was made. */
  unchanged: boolean;
}

export interface RenderOptions {
  recipe: Recipe;
  /** Absolute folder that the files go to. */
  folder: string;
}

export interface SmokeOptions {
  /** Absolute folder of a release. */
  folder: string;
  /** Artifacts to boot; absent means all of the release. */
  only?: readonly ArtifactKind[];
  /** Guests that run at the same time; absent means as many as memory and processors carry. */
  jobs?: number;
}

export interface SmokeSummary {
  /** Table for a person. */
  text: string;
  /** What `smoke.json` says. */
  report: object;
}

/** The work behind the commands; tests of the command line put their own in. */
export interface Work {
  bake(ctx: Context, options: BakeOptions): Promise<BakeResult>;
  /** @returns the files written, absolute */
  render(options: RenderOptions): Promise<readonly string[]>;
  /** @throws {KilnError} `smoke-failed` after the reports are written */
  smoke(ctx: Context, options: SmokeOptions): Promise<SmokeSummary>;
}
