/**
 * Checks of what the appliance is there for. The recipe lists them; they come with the image, as one file. HTTP and TCP
 * checks reach loopback alone: the agent has no other network, and whether others are well is not this appliance's health.
 */
export type PayloadCheck = HttpCheck | TcpCheck | CommandCheck | UnitCheck | TransactionCheck;

interface Common {
  /** Its name in URLs and metrics. */
  readonly id: string;
  /** Whether a load balancer should stay away while it fails. */
  readonly core: boolean;
  /** From one answer to the next question, 1 to 86400. */
  readonly intervalSeconds: number;
  /** After this it counts as failing, 1 to 300. */
  readonly timeoutSeconds: number;
}

/** One GET. */
export interface HttpCheck extends Common, Expectation {
  readonly kind: 'http';
  /** `http` or `https` on loopback. */
  readonly url: string;
}

/** Passes when a connection to a port on 127.0.0.1 comes about. */
export interface TcpCheck extends Common {
  readonly kind: 'tcp';
  readonly port: number;
}

/** Passes when the program ends with 0. It runs as the agent's user, in its sandbox, without a shell. */
export interface CommandCheck extends Common {
  readonly kind: 'command';
  /** Absolute path of the program, then its arguments. */
  readonly command: readonly string[];
}

/** Passes while systemd calls the unit active. */
export interface UnitCheck extends Common {
  readonly kind: 'unit';
  readonly unit: string;
}

/** Several requests to one server in their order, as a person would make them; the cookies it sets are sent back to it. */
export interface TransactionCheck extends Common {
  readonly kind: 'transaction';
  /** Of the server: `http://127.0.0.1:8080` */
  readonly url: string;
  readonly steps: readonly TransactionStep[];
}

/** What a good answer is. */
export interface Expectation {
  readonly status: number;
  /** Text that the body has to contain. */
  readonly contains: string | null;
}

/** One request. In `path`, header values and `body`, `{{name}}` stands for a value that an earlier step captured. */
export interface TransactionStep extends Expectation {
  readonly method: (typeof methods)[number];
  /** With its query. Captured values are put in percent-encoded. */
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string | null;
  readonly captures: readonly Capture[];
}

/** The text of the body between the first `after` and the next `before`. No patterns: they can take for ever. */
export interface Capture {
  readonly name: string;
  readonly after: string;
  readonly before: string;
}

/** What the file in the image holds. */
export interface PayloadChecks {
  readonly schemaVersion: 1;
  readonly checks: readonly PayloadCheck[];
}

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** Bounds of a list, for what asks all of them at once. */
export const MAX_PAYLOAD_CHECKS = 32;
export const MAX_STEPS = 32;

/** Whether an address is on loopback, without a login or a fragment in it. */
export function isLoopbackUrl(text: string): boolean {
  if (!/^https?:\/\/[!-~]+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password, hash } = new URL(text);
  return ['127.0.0.1', '[::1]', 'localhost'].includes(hostname) && username === '' && password === '' && hash === '';
}

/** Whether a name can be a unit's (systemd.unit(5)); a template without an instance is none. */
export function isUnitName(text: string): boolean {
  return (
    /^[A-Za-z0-9:_.\\-]+(@[A-Za-z0-9:_.\\-]+)?\.(service|socket|target|timer|mount|path)$/.test(text) &&
    text.length < 256
  );
}

/** Names of captured values that a text refers to, in their order. */
export function referencesIn(text: string): string[] {
  return [...text.matchAll(REFERENCE)].map(([, name = '']) => name);
}

/** Puts captured values in. @param encode what is done to each value */
export function withValues(
  text: string,
  values: ReadonlyMap<string, string>,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replace(REFERENCE, (_whole, name: string) => encode(values.get(name) ?? ''));
}

const REFERENCE = /\{\{([a-z][a-z0-9_]{0,31})\}\}/g;
