import { createHash } from 'node:crypto';
import type { HandedOver } from '../../../contract/configuration/handed-over.ts';
import { ConfigurationError } from '../../../contract/configuration/parse-configuration.ts';
import { decide, type PlatformChannel } from '../../../contract/configuration/precedence.ts';
import { ApplyError } from '../apply-error.ts';
import type { Configurator } from '../configurator.ts';
import type { OfferedFiles, PlatformSource } from './channel.ts';
import type { ImportRecord } from './import-record.ts';
import { filesOf } from './offered-files.ts';
import type { WrittenConfiguration } from './parse-document.ts';

/** Nobody logged in: the platform did it. */
const WHO = 'platform';

export interface TakeOver {
  readonly sources: readonly PlatformSource[];
  readonly files: OfferedFiles;
  readonly configurator: Pick<Configurator, 'apply' | 'kept'>;
  readonly now: () => Date;
}

type Verdict = Pick<HandedOver, 'detail'> & {
  readonly outcome: HandedOver['outcome'] | 'same';
  readonly digest?: string;
};

/**
 * Decides on every document that is offered, the strongest channel first, and puts at most one in force.
 * @param record what was decided before, for this instance
 * @returns what is to be remembered; the outcome of each document that is new is new in it
 */
export async function takeOver(input: TakeOver, record: ImportRecord): Promise<ImportRecord> {
  const offered = input.sources.flatMap((source) => {
    const files = filesOf(source, input.files);
    return files.size > 0 ? [{ source, files }] : [];
  });
  let { decided, outcomes } = record;
  for (const { source, files } of offered) {
    const { channel } = source;
    const beside = offered.map((other) => other.source.channel).filter((other) => other !== channel);
    const { digest, ...verdict } = await judge(input, { ...record, decided }, source, files, beside);
    // What became of it when it was new is what people want to know.
    if (verdict.outcome === 'same') continue;
    if (digest !== undefined) decided = { ...decided, [channel]: digest };
    const outcome = { channel, time: input.now().toISOString(), outcome: verdict.outcome, detail: verdict.detail };
    outcomes = [...outcomes.filter((old) => old.channel !== channel), outcome];
  }
  return { ...record, decided, outcomes };
}

async function judge(
  { configurator }: TakeOver,
  { since, decided }: ImportRecord,
  source: PlatformSource,
  files: OfferedFiles,
  beside: readonly PlatformChannel[],
): Promise<Verdict> {
  let written: WrittenConfiguration;
  try {
    written = source.read(files);
  } catch (error) {
    if (error instanceof ConfigurationError) return refused(source, error.message);
    throw error;
  }
  const { channel } = source;
  const digest = digestOf(written.configuration);
  const versions = (await configurator.kept.history()).filter(({ version }) => version > since);
  const history = versions.map((one) => ('channel' in one ? one.channel : 'can not be read'));
  const decision = decide({ channel, digest, decidedBefore: decided[channel] ?? null, beside, history });
  switch (decision) {
    case 'same':
      return { outcome: 'same', detail: '' };
    case 'outranked':
      return { outcome: 'outranked', detail: `${source.title}: not used, for a stronger channel has the word` };
    case 'operator':
      return {
        outcome: 'operator',
        detail: `${source.title}: not used, for an operator changed the configuration; sudo appliancectl config import ${channel} puts it in force all the same`,
        digest,
      };
    case 'apply':
      return apply(configurator, source, written, digest);
  }
}

async function apply(
  configurator: TakeOver['configurator'],
  { channel, title }: PlatformSource,
  { configuration, located }: WrittenConfiguration,
  digest: string,
): Promise<Verdict> {
  try {
    const { version, changed } = await configurator.apply(configuration, { who: WHO, channel });
    const detail = changed
      ? `${title}: is in force as version ${version}`
      : `${title}: says the same as version ${version}`;
    return { outcome: 'applied', detail, digest };
  } catch (error) {
    if (error instanceof ConfigurationError) return refused({ title }, error.mistakes.map(located).join('\n'));
    if (error instanceof ApplyError) return { outcome: 'failed', detail: `${title}: ${error.message}` };
    throw error;
  }
}

function refused({ title }: Pick<PlatformSource, 'title'>, mistakes: string): Verdict {
  return { outcome: 'mistakes', detail: `${title}: not used, for it has mistakes:\n${mistakes}` };
}

/** The same for the same settings, in whatever order they were written. */
function digestOf(configuration: object): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(configuration, sorted)).digest('hex');
}
