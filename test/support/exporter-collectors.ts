import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './source-files.ts';

/** Which of node-exporter's collectors an appliance runs, as arguments for one on the build host. */
export function exporterCollectors(): string[] {
  const settings = join(repositoryRoot, 'provisioners/80-agent/files/etc/default/prometheus-node-exporter');
  return readFileSync(settings, 'utf8').match(/--collector\S*\w/g) ?? [];
}
