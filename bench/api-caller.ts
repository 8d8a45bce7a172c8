import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** How long a channel waits when it is told to come again, ms; and how often it comes. */
const COME_AGAIN_MS = 1000;
const TIMES = 60;
const COME_AGAIN = 503;

/**
 * A channel at the API, over connections that are kept. Plain `node:http`, because what makes the load shares the two
 * cores with what is measured.
 */
export class ApiCaller {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  constructor(
    private readonly baseUrl: string,
    private readonly apiKey: string,
  ) {}

  post(resource: string, body: object, headers: OutgoingHttpHeaders): Promise<Record<string, unknown>> {
    return this.send('POST', resource, headers, JSON.stringify(body));
  }

  get(resource: string, headers: OutgoingHttpHeaders): Promise<Record<string, unknown>> {
    return this.send('GET', resource, headers);
  }

  /**
   * An overloaded server has the API answer 503: the same order again is sold once, so that is what a channel does.
   * @throws Error when the answer is no 2xx in the end
   */
  private async send(
    method: string,
    resource: string,
    headers: OutgoingHttpHeaders,
    body?: string,
  ): Promise<Record<string, unknown>> {
    for (let times = 1; ; times += 1) {
      const { status, text } = await this.sendOnce(method, resource, headers, body);
      if (status >= 200 && status <= 299) return JSON.parse(text) as Record<string, unknown>; // answers are objects
      if (status !== COME_AGAIN || times >= TIMES) {
        throw new Error(`${method} ${resource} was answered with ${status}: ${text.slice(0, 300)}`);
      }
      await pause(COME_AGAIN_MS);
    }
  }

  private sendOnce(
    method: string,
    resource: string,
    headers: OutgoingHttpHeaders,
    body?: string,
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        this.baseUrl + resource,
        {
          method,
          agent: this.agent,
          headers: {
            authorization: `Bearer ${this.apiKey}`,
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
          response.once('error', reject);
          response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.once('error', reject).end(body);
    });
  }
}
