import { runCommandLine } from '../src/builder/index.ts';

process.exitCode = await runCommandLine((code) => process.exit(code));
