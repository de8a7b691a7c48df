import type { Exec } from '../../exec/run.ts';
import type { Gpt } from '../../formats/gpt.ts';
import type { Outcome } from '../checks/check.ts';
import type { BlockNode } from '../open/opened-disk.ts';

/** A guest that was powered off in order: its disk before and after. */
export interface Remains {
  readonly exec: Exec;
  /** The disk the artifact holds. */
  readonly before: BlockNode;
  /** The overlay, absolute. */
  readonly overlay: string;
  readonly gpt: Gpt;
  /** For files of the check. */
  readonly scratch: string;
}

/** A question about a disk after its guest's end. */
export interface AfterCheck {
  readonly id: string;
  readonly title: string;
  run(remains: Remains): Promise<Outcome>;
}

/** The overlay as a block node, with the artifact below it. */
export function overlayNode({ overlay }: Remains) {
  return { driver: 'qcow2', file: { driver: 'file', filename: overlay } } as const;
}
