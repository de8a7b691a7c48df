import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Monitoring } from '../../contract/configuration/configuration.ts';

const MINUTE_MS = 60_000;
/** What adding up fractions of a request may be off by. */
const ROUNDING = 1e-6;

interface Bucket {
  /** Requests left. */
  left: number;
  filledAt: number;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly name: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number };

/** Who may ask, and how often: a token bucket for each key, which holds a minute's worth. */
export class KeyRing {
  #keys: readonly (ApiKey & { readonly hash: Buffer })[] = [];
  #perMinute = 0;
  readonly #buckets = new Map<string, Bucket>();

  /** Takes the keys of a new configuration. Revoked ones are forgotten at once. */
  load({ apiKeys, requestsPerMinute }: Monitoring): void {
    this.#keys = apiKeys.map((key) => ({ ...key, hash: Buffer.from(key.sha256, 'hex') }));
    // Another limit is another bargain: what was used of the old one says nothing.
    if (requestsPerMinute !== this.#perMinute) this.#buckets.clear();
    this.#perMinute = requestsPerMinute;
    for (const name of this.#buckets.keys()) {
      if (!apiKeys.some((key) => key.name === name)) this.#buckets.delete(name);
    }
  }

  /**
   * @param key as it was sent
   * @param now milliseconds of a clock that never goes back
   */
  admit(key: string | undefined, now: number): Admission {
    const found = key === undefined ? undefined : this.#find(key);
    if (found === undefined) return { kind: 'unknown' };
    const bucket = this.#buckets.get(found.name) ?? { left: this.#perMinute, filledAt: now };
    bucket.left = Math.min(this.#perMinute, bucket.left + ((now - bucket.filledAt) / MINUTE_MS) * this.#perMinute);
    bucket.filledAt = now;
    this.#buckets.set(found.name, bucket);
    if (bucket.left < 1 - ROUNDING) {
      const seconds = ((1 - bucket.left) / this.#perMinute) * 60;
      return { kind: 'too-many', retryAfterSeconds: Math.max(1, Math.ceil(seconds - ROUNDING * 60)) };
    }
    bucket.left -= 1;
    return { kind: 'admitted', name: found.name };
  }

  /** All keys are compared, each in constant time: how long it takes tells nothing. */
  #find(key: string): ApiKey | undefined {
    const hash = createHash('sha256').update(key).digest();
    let found: ApiKey | undefined;
    for (const one of this.#keys) if (timingSafeEqual(one.hash, hash)) found = one;
    return found;
  }
}
