import type { OvfMachine } from './ovf-machine.ts';

/** A disk as QEMU's block layer names it: driver and where its bytes lie. */
export type BlockNode =
  | { readonly driver: 'file'; readonly filename: string }
  | { readonly driver: 'raw'; readonly offset: number; readonly size: number; readonly file: BlockNode }
  | { readonly driver: 'raw' | 'qcow2' | 'vhdx' | 'vmdk'; readonly file: BlockNode }
  | { readonly driver: 'vpc'; readonly force_size_calc: 'current_size'; readonly file: BlockNode };

/** An artifact that can be booted. */
export interface OpenedDisk {
  readonly block: BlockNode;
  /** What the artifact asks of its platform, where its format can say. */
  readonly machine?: OvfMachine;
  /** Size a guest sees according to the artifact's own descriptor, where it has one. */
  readonly statedBytes?: number;
}

/** The file on the host that a disk's bytes come from. */
export function hostFile(block: BlockNode): string {
  return block.driver === 'file' ? block.filename : hostFile(block.file);
}
