import type { Release } from '../../contract/release.ts';
import type { Context } from '../context.ts';
import type { ArtifactKind } from '../names.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { SigningFiles } from '../signing/checked-files.ts';
import type { SigningChoice } from '../signing/signing.ts';
import type { Attended } from '../smoke/attend.ts';
import type { Leave } from '../smoke/terminal.ts';

export type { Attended } from '../smoke/attend.ts';

export interface BakeOptions {
  recipe: Recipe;
  /** Absolute; the release appears in `<outputRoot>/<image>/<version>`. */
  outputRoot: string;
  /** Which Packer source runs the provisioners. */
  source: 'sandbox' | 'vm';
  /** Artifacts to make; absent means all targets of the recipe. */
  only?: readonly ArtifactKind[];
  signing: SigningChoice;
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
  /** Authorities the appliance takes update bundles from, PEM. */
  keyring: string;
  /** Absolute folder that the files go to. */
  folder: string;
}

export interface SmokeOptions {
  /** Absolute folder of a release. */
  folder: string;
  /** Artifacts to boot; absent means all of the release. */
  only?: readonly ArtifactKind[];
  /** Ids of profiles to boot on; absent means all that the artifacts have. */
  profiles?: readonly string[];
  /** Whether guests are put under faults as well. */
  faults?: boolean;
  /** Guests that run at the same time; absent means as many as memory and processors carry. */
  jobs?: number;
}

export interface SmokeSummary {
  /** Table for a person. */
  text: string;
  /** What `smoke.json` says. */
  report: object;
}

export interface RunOptions {
  /** Absolute. */
  artifact: string;
  profile?: string;
  /** TCP ports of the guest; absent means those the recipe names. */
  ports?: readonly number[];
  onStart: (running: Attended) => void;
}

export interface VerifyOptions {
  /** Absolute folder of a release. */
  folder: string;
  only?: readonly ArtifactKind[];
}

export interface VerifySummary {
  /** For a person. */
  text: string;
  report: object;
  /** How often a rule is broken. */
  broken: number;
}

export interface SignOptions {
  /** Absolute folder of a release. */
  folder: string;
  signing: SigningFiles;
}

/** The work behind the commands; tests of the command line put their own in. */
export interface Work {
  bake(ctx: Context, options: BakeOptions): Promise<BakeResult>;
  /** @returns the files written, absolute */
  render(options: RenderOptions): Promise<readonly string[]>;
  /** @throws {KilnError} `smoke-failed` after the reports are written */
  smoke(ctx: Context, options: SmokeOptions): Promise<SmokeSummary>;
  verify(ctx: Context, options: VerifyOptions): Promise<VerifySummary>;
  sign(ctx: Context, options: SignOptions): Promise<Release>;
  /** Ties the process's terminal to a guest. */
  run(ctx: Context, options: RunOptions): Promise<Leave>;
}
