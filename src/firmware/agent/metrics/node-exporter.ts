import { get } from 'node:http';

const LIMIT_MS = 5_000;
const LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * Debian's node-exporter. When it does not answer there is less to tell, and one line that says so: the appliance's own
 * figures matter more then than ever.
 */
export class NodeExporter {
  readonly #port: number;
  #silent = false;

  constructor(port: number) {
    this.#port = port;
  }

  /**
   * What it measures, in Prometheus text 0.0.4: it speaks nothing else.
   * @param collector one of its collectors alone; absent: all of them
   * @returns empty when it does not answer
   */
  async metrics(collector?: string): Promise<string> {
    const query = collector === undefined ? '' : `?collect[]=${collector}`;
    try {
      const text = await this.#ask(`/metrics${query}`);
      this.#silent = false;
      return text;
    } catch (error) {
      if (!this.#silent) process.stderr.write(`node-exporter does not answer: ${(error as Error).message}\n`);
      this.#silent = true;
      return '';
    }
  }

  #ask(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const to = { host: '127.0.0.1', port: this.#port, path, timeout: LIMIT_MS, agent: false };
      const request = get(to, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > LIMIT_BYTES) request.destroy(new Error('more than it can have to say'));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString());
          else reject(new Error(`status ${response.statusCode}`));
        });
        response.on('error', reject);
      });
      request.on('timeout', () => request.destroy(new Error('too slow')));
      request.on('error', reject);
    });
  }
}
