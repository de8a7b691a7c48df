const MAX_COOKIES = 50;

/**
 * Cookies of one server, for as long as a transaction takes: name and value as in RFC 6265, section 5.2. Path, domain and
 * `Secure` are not looked at, since all requests go to the one server that set them; a cookie that is taken back is.
 */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  /** @param setCookies values of `Set-Cookie` */
  keep(setCookies: readonly string[]): void {
    for (const text of setCookies) {
      const [pair = '', ...attributes] = text.split(';').map((part) => part.trim());
      const split = pair.indexOf('=');
      if (split < 1) continue;
      const name = pair.slice(0, split).trim();
      const maxAge = attributes.map((one) => /^max-age=(-?\d+)$/i.exec(one)?.[1]).findLast((one) => one !== undefined);
      if (maxAge !== undefined && Number(maxAge) <= 0) this.#cookies.delete(name);
      else if (this.#cookies.size < MAX_COOKIES) this.#cookies.set(name, pair.slice(split + 1).trim());
    }
  }

  /** @returns the `Cookie` header; empty when there is none */
  get headers(): Readonly<Record<string, string>> {
    if (this.#cookies.size === 0) return {};
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }
}
