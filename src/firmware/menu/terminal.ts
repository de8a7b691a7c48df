import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { type Key, type Keypress, keyOf } from './key.ts';
import { CLEARED, Painter } from './paint.ts';
import type { Size, View } from './view.ts';

/** Keyboard and screen of one person. */
export interface Terminal {
  size(): Size;
  onKey(listener: (key: Key) => void): void;
  onResize(listener: () => void): void;
  paint(view: View): void;
  /** Whatever the screen shows is painted again. */
  forget(): void;
  /** Leaves an empty screen and the keyboard as it was. */
  close(): void;
}

/** Takes a real terminal: keys come one by one, unseen. Whoever opens it closes it. */
export function openTerminal(input: ReadStream, output: WriteStream): Terminal {
  const painter = new Painter();
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.resume();
  return {
    // A serial line does not know its size, and says nothing or 0.
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    onKey(listener) {
      input.on('keypress', (_text: string | undefined, press: Keypress) => {
        const key = keyOf(press);
        if (key !== undefined) listener(key);
      });
    },
    onResize: (listener) => void output.on('resize', listener),
    paint: (view) => void output.write(painter.paint(view)),
    forget: () => painter.forget(),
    close() {
      output.write(CLEARED);
      input.setRawMode(false);
      input.pause();
    },
  };
}
