/** What a request is answered with: an HTTP status and a JSON object. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** A refusal that the person who asked can understand and act on. */
export const refusal = (status: 400 | 403 | 404 | 409, reason: string): Answer => ({ status, body: { error: reason } });
