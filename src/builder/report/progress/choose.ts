import type { Display, Streams } from './display.ts';
import { jsonDisplay } from './json-display.ts';
import { plainDisplay } from './plain-display.ts';
import { terminalDisplay } from './terminal-display.ts';

/**
 * JSON when asked for; the moving display when a person watches; plain lines in CI, in a pipe, on a dumb terminal or
 * with NO_COLOR (no-color.org).
 */
export function chooseDisplay(json: boolean, streams: Streams, env: NodeJS.ProcessEnv): Display {
  if (json) return jsonDisplay(streams);
  const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';
  const watched = streams.err.isTTY === true && !isSet(env.CI) && !isSet(env.NO_COLOR) && env.TERM !== 'dumb';
  return watched ? terminalDisplay(streams) : plainDisplay(streams);
}
