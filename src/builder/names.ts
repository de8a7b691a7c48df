import { basename, join } from 'node:path';

/** The shapes an artifact comes in. The order is the order of release.json and of every table. */
export const artifactKinds = ['vmware', 'desktop', 'hyperv', 'azure', 'aws', 'gce', 'kvm'] as const;
export type ArtifactKind = (typeof artifactKinds)[number];

const suffixes: Readonly<Record<ArtifactKind, string>> = {
  vmware: '-vmware.ova',
  desktop: '-desktop.ova',
  hyperv: '-hyperv.vhdx',
  azure: '-azure.vhd',
  aws: '-aws.raw.zst',
  gce: '-gce.tar.gz',
  kvm: '-kvm.qcow2',
};

/** `<image>-<version>`, the stem of every file of a release and the name of the VM inside the OVA. */
export function releaseStem(image: string, version: string): string {
  return `${image}-${version}`;
}

/** File name of an artifact, for example `reference-1.0.0-vmware.ova`. */
export function artifactFileName(image: string, version: string, kind: ArtifactKind): string {
  return `${releaseStem(image, version)}${suffixes[kind]}`;
}

/** File name of the update bundle, for example `reference-1.0.0.raucb`. */
export function bundleFileName(image: string, version: string): string {
  return `${releaseStem(image, version)}.raucb`;
}

/** Files of a release for the operator's own monitoring. */
export function monitoringFileNames(image: string, version: string): { dashboard: string; rules: string } {
  const stem = releaseStem(image, version);
  return { dashboard: `${stem}-grafana-dashboard.json`, rules: `${stem}-prometheus-rules.yml` };
}

/** Where a bake puts a release unless told otherwise: `<outputRoot>/<image>/<version>`. */
export function releaseFolder(outputRoot: string, image: string, version: string): string {
  return join(outputRoot, image, version);
}

export const RELEASE_FILE = 'release.json';
export const CHECKSUM_FILE = 'SHA256SUMS';
export const RECIPE_FILE = 'image.yaml';

/** A name next to `path` that is never taken for a finished file: hidden, and marked with the writing process. */
export function partialPath(path: string): string {
  return join(path, '..', `.${basename(path)}.partial-${process.pid}`);
}
