import type { Configuration } from '../../contract/configuration/configuration.ts';
import { CommandError, type runCommand } from '../platform/run-command.ts';
import { ApplyError, notChanged, UnsettledError } from './apply-error.ts';
import type { RenderedFiles } from './rendered-files.ts';
import type { CommandLine, Section } from './section.ts';

/** An emulated guest takes many seconds to reload what others do at once. */
const LIMIT_SECONDS = 120;

/** Renders, tries and puts in force; or leaves everything as it was. */
export class Transaction {
  readonly #sections: readonly Section[];
  readonly #files: RenderedFiles;
  readonly #run: typeof runCommand;

  constructor(sections: readonly Section[], files: RenderedFiles, run: typeof runCommand) {
    this.#sections = sections;
    this.#files = files;
    this.#run = run;
  }

  /** Makes the files alone: at a start, when no service runs yet. */
  async render(configuration: Configuration): Promise<void> {
    const wanted = this.#sections.flatMap((section) => section.files(configuration));
    await this.#files.make(await this.#files.changes(wanted), pathsOf(wanted));
    // Also of sections that have no files any more: what they built once hides what this release brings.
    for (const section of this.#sections) {
      for (const command of section.build?.(configuration) ?? []) await this.#do(section, command);
    }
  }

  /**
   * Puts a configuration in force.
   * @param was what is in force, with its secrets: what an undone change goes back to
   * @returns what undoes it
   * @param all whether every section is put in force, changed or not
   * @throws {ApplyError} when a check or a service refuses; all is as it was
   * @throws {UnsettledError} when it could not be put back
   */
  async apply(was: Configuration, configuration: Configuration, all = false): Promise<() => Promise<void>> {
    const wanted = this.#sections.flatMap((section) => section.files(configuration));
    const changes = await this.#files.changes(wanted);
    const changed = new Set(changes.map(({ path }) => path));
    const touched = this.#sections.filter(
      (section) =>
        all || [...section.files(was), ...section.files(configuration)].some(({ path }) => changed.has(path)),
    );
    const undo = (activated: readonly Section[]) => async (): Promise<void> => {
      // What never came to be needs no undoing: on a full disk there would be no room for it.
      const back = this.#sections.flatMap((section) => section.files(was));
      await this.#files.make(await this.#files.changes(back), pathsOf(back));
      for (const section of activated) {
        // The rest has to come back as well, whatever one service says.
        for (const command of [...(section.build?.(was) ?? []), ...section.activate(was)])
          await this.#do(section, command).catch(() => undefined);
      }
    };
    const activated: Section[] = [];
    try {
      await this.#files.make(changes, pathsOf(wanted));
      for (const section of touched) {
        activated.push(section);
        for (const command of [...(section.build?.(configuration) ?? []), ...(section.check?.(configuration) ?? [])])
          await this.#do(section, command);
      }
      for (const section of touched) {
        for (const command of section.activate(configuration)) await this.#do(section, command);
      }
    } catch (error) {
      await undo(activated)().catch((cause: Error) => {
        throw new UnsettledError(`${(error as Error).message}; ${cause.message}`, { cause });
      });
      throw notChanged(error);
    }
    return undo(activated);
  }

  async #do(section: Section, [program, ...args]: CommandLine): Promise<void> {
    try {
      await this.#run(program, args, LIMIT_SECONDS);
    } catch (cause) {
      const said = (cause instanceof CommandError && cause.stderr.trim()) || (cause as Error).message;
      throw new ApplyError(
        `${section.id} was refused, and everything is as before: ${said}`,
        `${[program, ...args].join(' ')} says so; mend the settings of ${section.id}.`,
        { cause },
      );
    }
  }
}

function pathsOf(files: readonly { readonly path: string }[]): string[] {
  return files.map(({ path }) => path);
}
