import { readFile } from 'node:fs/promises';
import { monitoringFileNames } from '../names.ts';
import { dashboard } from './dashboard.ts';

/** What operators load into their own Prometheus and Grafana; the same for every appliance. */
export async function monitoringFiles(image: string, version: string): Promise<{ file: string; text: string }[]> {
  const names = monitoringFileNames(image, version);
  return [
    { file: names.dashboard, text: dashboard() },
    { file: names.rules, text: await readFile(new URL('prometheus-rules.yml', import.meta.url), 'utf8') },
  ];
}
