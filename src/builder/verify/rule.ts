/** Who looks at an artifact when it is imported. */
export type Importer =
  | 'vCenter'
  | 'Host Client'
  | 'ovftool'
  | 'VirtualBox'
  | 'Hyper-V Manager'
  | 'Azure'
  | 'EC2'
  | 'GCE'
  | 'KVM'
  | 'everybody';

/** Something an artifact must hold so that it imports. */
export interface Rule {
  /** Stable: support and release notes search for it. */
  readonly id: string;
  /** What holds when the rule is kept. */
  readonly title: string;
  readonly protects: readonly Importer[];
  /** What goes wrong otherwise. */
  readonly reason: string;
}

/** A rule that an artifact breaks. */
export interface Finding {
  readonly rule: string;
  readonly file: string;
  /** Byte offset, element or partition. */
  readonly where: string;
  /** What was expected and what was seen. */
  readonly message: string;
}
