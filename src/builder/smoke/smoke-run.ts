import type { Release } from '../../contract/release.ts';
import type { Exec } from '../exec/run.ts';
import type { KeyPair } from '../tools/ssh-keygen.ts';
import type { Accelerator } from './accelerator.ts';
import type { Budget } from './budget.ts';
import type { OpenedDisk } from './open/opened-disk.ts';
import type { ListedArtifact } from './release-folder.ts';

/** What all guests of a run share. */
export interface SmokeRun {
  readonly exec: Exec;
  readonly release: Release;
  readonly accelerator: Accelerator;
  readonly memory: Budget;
  readonly key: KeyPair;
  /** Short, and another for each run: part of every guest's identity. */
  readonly id: string;
  /** For guests' folders. */
  readonly scratch: string;
  readonly reportDir: string;
  /** Seconds each profile took to be healthy without a fault, as far as it has run. */
  readonly usualSeconds: ReadonlyMap<string, number>;
  /** Opens an artifact, or gives the disk it was opened to before. */
  open(artifact: ListedArtifact): Promise<OpenedDisk>;
}
