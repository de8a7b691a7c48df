import { closeSync, openSync, readSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { ArtifactKind } from '../../../src/builder/names.ts';
import type { RuleId } from '../../../src/builder/verify/rules.ts';

type Place = readonly [at: (file: string) => number, rule: RuleId];

/** Where flipped bits are told by the structure alone, without any checksum of the file; those that do not hide others together. */
export const structural: readonly (readonly [kind: ArtifactKind, places: readonly Place[]])[] = [
  ['vmware', [[() => 10, 'ova-archive']]],
  [
    'vmware',
    [
      [(file) => find(file, '<References>') + 1, 'ovf-form'],
      [(file) => find(file, 'SHA256(') + 6, 'ova-manifest'],
      [(file) => find(file, 'KDMV') + 8, 'vmdk-header'],
      [(file) => find(file, 'streamOptimized"\n') + 3, 'vmdk-descriptor'],
      [(file) => find(file, 'KDMV') + 128 * 512, 'vmdk-grains'],
    ],
  ],
  [
    'vmware',
    [
      [(file) => find(file, 'ovf:size="') + 11, 'ovf-sizes'],
      [(file) => find(file, 'fileRef="') + 9, 'ovf-references'],
      [(file) => find(file, 'vmx-15') + 4, 'ovf-hardware'],
      [(file) => find(file, 'required="false') + 10, 'ovf-optional'],
    ],
  ],
  [
    'hyperv',
    [
      [() => 3, 'vhdx-headers'],
      [() => 64 * 1024 + 20, 'vhdx-headers'],
      [() => 2 ** 20 + 5000, 'vhdx-headers'],
      [() => 256 * 1024 + 40, 'vhdx-regions'],
      [() => 2 * 2 ** 20 + 64 * 1024 + 9, 'vhdx-metadata'],
      [() => 3 * 2 ** 20 + 8 * 5, 'vhdx-blocks'],
    ],
  ],
  [
    'azure',
    [
      [() => -512, 'vhd-footer'],
      [() => -512 + 64, 'vhd-footer'],
      [() => -512 + 55, 'vhd-size'],
      [() => -512 + 57, 'vhd-size'],
    ],
  ],
  [
    'azure',
    [
      [() => 0, 'boot-code'],
      [() => -1024 + 40, 'gpt-backup'],
      [() => 2 * 2 ** 20 + 11, 'esp-files'],
    ],
  ],
  [
    'azure',
    [
      [() => 512 + 24, 'gpt-primary'],
      [() => -1024 - 31 * 512, 'gpt-backup'],
    ],
  ],
  ['azure', [[() => 1024 + 40, 'gpt-primary']]],
  ['aws', [[() => 6, 'aws-frame']]],
  ['gce', [[() => 3, 'gce-archive']]],
  ['gce', [[() => -3, 'gce-archive']]],
  [
    'kvm',
    [
      [() => 27, 'qcow2-header'],
      [() => 104, 'qcow2-header'],
    ],
  ],
];

function find(file: string, text: string): number {
  const fd = openSync(file, 'r');
  try {
    const head = Buffer.alloc(2 ** 20);
    readSync(fd, head, 0, head.length, 0);
    const at = head.indexOf(text);
    assert.ok(at >= 0, `${text} is not in ${file}`);
    return at;
  } finally {
    closeSync(fd);
  }
}
