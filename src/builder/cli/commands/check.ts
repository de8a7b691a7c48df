import type { Command } from 'commander';
import type { HostReport } from '../../host/check.ts';
import { formatSize } from '../../recipe/size.ts';
import { table } from '../../report/table.ts';
import type { Session, Start } from '../session.ts';

interface CheckOptions {
  printInstall?: true;
}

export function addCheck(program: Command, start: Start): void {
  program
    .command('check')
    .description('Say what this host needs to bake, what is missing, and the one command that installs it.')
    .option('--print-install', 'print only that command, or nothing when nothing is missing')
    .addHelpText(
      'after',
      `
Exit code 1 when something is missing. Nothing is changed.

Examples:
  kiln check
  sh -c "$(kiln check --print-install)"`,
    )
    .action(start(check));
}

async function check(session: Session, options: CheckOptions): Promise<void> {
  const { checkHost, requireReady } = await import('../../host/check.ts');
  const report = await checkHost(
    {
      cacheDir: session.cacheDir,
      outputRoot: session.outputRoot,
      path: session.env.PATH ?? '',
      isRoot: process.getuid?.() === 0,
    },
    session.signal,
  );
  if (options.printInstall === true) {
    if (report.installCommand !== null) session.display.result({ ...report }, report.installCommand);
    return;
  }
  session.display.result({ ...report }, describe(report));
  requireReady(report);
}

function describe(report: HostReport): string {
  const rows = report.findings.map(({ what, path, version, purpose, package: name }) => [
    path === null ? 'MISSING' : 'ok',
    what.slice(what.lastIndexOf('/') + 1),
    path === null ? name : `${name} ${version ?? `(${path})`}`,
    purpose,
  ]);
  return [
    report.host,
    table(rows),
    `rights: ${report.rights}`,
    `memory available: ${formatSize(report.memoryAvailableBytes)}`,
    `free for the cache: ${formatSize(report.cacheFreeBytes)}`,
    `free for releases: ${formatSize(report.outputFreeBytes)}`,
    'accelerator: found out when a guest is booted',
  ].join('\n');
}
