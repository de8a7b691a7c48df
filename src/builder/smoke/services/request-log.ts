import type { ServiceRequest } from '../../report/smoke-report.ts';

/** A guest that asks for ever must not fill the report: of each kind of request this many are kept. */
const MAX_REQUESTS = 500;
const MAX_PATH = 300;

/** What a guest asked, in order. Paths hold no secrets: tokens travel in headers. */
export class RequestLog {
  readonly #requests: ServiceRequest[] = [];
  #started = performance.now();

  get requests(): readonly ServiceRequest[] {
    return this.#requests;
  }

  /** Seconds count from here. */
  start(): void {
    this.#started = performance.now();
  }

  add(request: Omit<ServiceRequest, 'seconds'>): void {
    if (this.#requests.length >= MAX_REQUESTS) return;
    const seconds = (performance.now() - this.#started) / 1000;
    const path = request.path.length > MAX_PATH ? `${request.path.slice(0, MAX_PATH)}…` : request.path;
    this.#requests.push({ ...request, path, seconds });
  }
}
