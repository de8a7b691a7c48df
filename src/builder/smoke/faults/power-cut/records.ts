import type { SshShell } from '../../guest/shell.ts';

const FOLDER = '/srv/kiln-smoke';

/**
 * Lets the guest write numbered records for ever, each flushed to the disk before it is told of.
 * @returns the numbers told of so far
 */
export function keepWriting(shell: SshShell): () => number {
  let told = 0;
  const script = [
    `sudo install -d -m 0777 ${FOLDER}; n=0;`,
    'while :; do',
    `n=$((n + 1)); printf '%s' "$n" >${FOLDER}/$n.new && sync ${FOLDER}/$n.new &&`,
    `mv ${FOLDER}/$n.new ${FOLDER}/$n && sync ${FOLDER} && echo "$n";`,
    'done',
  ].join(' ');
  // It ends with the power.
  void shell
    .stream(script, (line) => {
      const number = Number(line);
      if (Number.isInteger(number)) told = Math.max(told, number);
    })
    .catch(() => undefined);
  return () => told;
}

/** @returns what is wrong with the records up to `told`; empty when all are there and hold what was written */
export async function brokenRecords(shell: SshShell, told: number): Promise<string> {
  if (told === 0) return '';
  const script = `for n in $(seq ${told}); do [ "$(cat ${FOLDER}/$n 2>/dev/null)" = "$n" ] || echo "$n"; done`;
  const { stdout } = await shell.run(script);
  const numbers = stdout.split('\n').filter(Boolean);
  return numbers.length === 0 ? '' : `${numbers.length} of ${told} records are lost or changed: ${numbers.join(', ')}`;
}
