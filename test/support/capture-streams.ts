import { Writable } from 'node:stream';
import type { Streams } from '../../src/builder/report/progress/display.ts';

/** Streams that keep what is written to them. `tty` makes the error stream look like a terminal. */
export function captureStreams(tty?: { columns: number }): { streams: Streams; out: () => string; err: () => string } {
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done();
      },
    });
  const err = Object.assign(sink('err'), tty === undefined ? {} : { isTTY: true, ...tty });
  return { streams: { out: sink('out'), err }, out: () => written.out, err: () => written.err };
}
