import { createWriteStream, type WriteStream } from 'node:fs';
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';

const KEPT_LINES = 200;
/** Without line feeds (a boot loader redrawing its menu) a line would grow for ever. */
const MAX_LINE = 4096;
const ESC = '\u001b';
const BEL = '\u0007';
/**
 * Control strings with what they hold, control sequences and other escapes (ECMA-48, sections 5.6, 5.4 and 5.5), then
 * what is left of control characters, except tab.
 */
const ESCAPES = new RegExp(
  `${ESC}[PX\\]^_][^${ESC}${BEL}]*(?:${BEL}|${ESC}\\\\)|${ESC}\\[[0-?]*[ -/]*[@-~]|${ESC}[ -/]*[0-~]|[^\\P{Cc}\\t]`,
  'gu',
);

/** The serial console of a guest: written to a file with the seconds since power-on, the last lines kept. */
export class Console {
  readonly #file: WriteStream;
  readonly #decoder = new StringDecoder('utf8');
  readonly #lines: string[] = [];
  readonly #onLine: (line: string, seconds: number) => void;
  readonly #started = performance.now();
  #rest = '';

  /** @param onLine told of each line that is not empty, with the seconds since power-on */
  constructor(logFile: string, onLine: (line: string, seconds: number) => void) {
    this.#file = createWriteStream(logFile);
    this.#onLine = onLine;
  }

  attach(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.add(chunk));
    // ECONNRESET when QEMU is killed: the console ends, and why is told by how QEMU ended.
    socket.on('error', () => socket.destroy());
  }

  add(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-MAX_LINE);
    for (const line of lines) this.#keep(line);
  }

  /** The last lines, oldest first, with what stands unfinished at the cursor. */
  tail(count: number): string[] {
    const rest = clean(this.#rest);
    return [...this.#lines, ...(rest === '' ? [] : [rest])].slice(-count);
  }

  async close(): Promise<void> {
    if (this.#rest !== '') this.#keep(this.#rest);
    this.#rest = '';
    await new Promise<void>((resolve) => this.#file.end(resolve));
  }

  #keep(raw: string): void {
    const line = clean(raw);
    const seconds = (performance.now() - this.#started) / 1000;
    this.#file.write(`${seconds.toFixed(1).padStart(6)}  ${line}\n`);
    if (line === '') return;
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    this.#onLine(line, seconds);
  }
}

/** What a screen would show of the line. */
export function clean(line: string): string {
  return line.replace(ESCAPES, '').trimEnd();
}
