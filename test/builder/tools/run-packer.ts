// Runs a Packer build in a process of its own, so that a test can kill it. Arguments: folder.
import { createExec } from '../../../src/builder/exec/run.ts';
import { packerBuild } from '../../../src/builder/tools/packer.ts';

const [folder = ''] = process.argv.slice(2);
await packerBuild(createExec(new AbortController().signal), {
  folder,
  only: 'null.sandbox',
  variables: {},
  stateDir: folder,
  timeoutSeconds: 600,
  logFile: `${folder}/log`,
  mark: '--- ',
  onLine: () => undefined,
});
