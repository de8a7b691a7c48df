import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AnswerBody, UpdateRequest } from '../../../../src/contract/updates/protocol.ts';
import type { UpdateHandler } from '../../../../src/firmware/updater/server.ts';
import { RealTerminal } from '../../../support/real-terminal.ts';
import { stateIn } from '../../updater/sample.ts';
import { Program } from './program.ts';

const program = await Program.made();
const body: AnswerBody = { state: stateIn('rolled-back'), next: 'nothing', until: null };

/** @param work looks and types while the command runs at a terminal */
async function atTerminal(
  args: string,
  handle: UpdateHandler['handle'],
  work: (terminal: RealTerminal) => Promise<void>,
): Promise<void> {
  await program.served(handle, async () => {
    // The shell outlives a Ctrl-C, and tells how the command ended.
    const command = `trap : INT; KILN_ROOT=${program.root} ${process.execPath} ${program.file} update ${args}; echo "exit $?"; cat`;
    const terminal = await RealTerminal.open(command, 80, 24);
    try {
      await work(terminal);
    } finally {
      await terminal.close();
    }
  });
}

test('going back asks first, and only a yes is one', async () => {
  const asked: UpdateRequest[] = [];
  const handle: UpdateHandler['handle'] = async (request) => {
    asked.push(request);
    return { type: 'done', body };
  };
  for (const [keys, exit] of [
    [['Enter'], 1],
    [['n', 'Enter'], 1],
    [['C-d'], 1],
    [['C-c'], 130],
    [['y', 'Enter'], 0],
  ] as const) {
    await atTerminal('rollback', handle, async (terminal) => {
      await terminal.shows('Go back to the version before? The appliance restarts. [y/N]');
      await terminal.press(...keys);
      const screen = await terminal.shows(`exit ${exit}`);
      assert.is(screen.includes('1.1.0 rolled-back: sample'), exit === 0, screen);
      assert.is(/^error: nothing was done\nhint: /m.test(screen), exit === 1, screen);
      assert.is(asked.length, exit === 0 ? 1 : 0);
    });
  }
});

test('progress is one line that gives way to the answer; Ctrl-C leaves the work to the update client', async () => {
  let tell: (step: string, percent: number | null) => void = () => undefined;
  let finish = (): void => undefined;
  const handle: UpdateHandler['handle'] = async (_request, progress) => {
    tell = progress;
    progress('downloading', 25);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return { type: 'done', body };
  };
  await atTerminal('install 1.1.0', handle, async (terminal) => {
    await terminal.shows(`[${'#'.repeat(6)}${'-'.repeat(18)}]  25 %  downloading`);
    tell('writing', 75);
    const screen = await terminal.shows(`[${'#'.repeat(18)}${'-'.repeat(6)}]  75 %  writing`);
    assert.not.match(screen, 'downloading');
    finish();
    const end = await terminal.shows('exit 0');
    assert.equal(end.trimEnd().split('\n'), ['1.1.0 rolled-back: sample', 'Next: nothing', 'exit 0']);
  });
  await atTerminal('install 1.1.0', handle, async (terminal) => {
    await terminal.shows('25 %');
    await terminal.press('C-c');
    const end = await terminal.shows('exit 130');
    assert.match(end, 'the update client goes on with it');
    finish();
  });
});

test.run();
