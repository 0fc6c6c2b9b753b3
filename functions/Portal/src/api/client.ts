import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type LoginEvent = Schemas['LoginEvent'];
export type ExportView = Schemas['ExportView'];
export type ExportFormat = Schemas['ExportFormat'];
export type Summary = Schemas['Summary'];

/** Why a call was not answered as asked. `status` 0: no answer came. */
export class CallError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: string[] = [],
  ) {
    super(message);
  }
}

/** Calls the API with a token that is kept nowhere else. */
export function connect(token: string, onSessionEnded: () => void) {
  const session: Middleware = {
    onRequest: ({ request }) => {
      request.headers.set('Authorization', `Bearer ${token}`);
      return request;
    },
    onResponse: ({ response }) => {
      if (response.status === 401) onSessionEnded();
    },
    onError: () => new CallError(0, ''),
  };
  const client = createClient<paths>({ baseUrl: '/' });
  client.use(session);
  return client;
}

export type Api = ReturnType<typeof connect>;

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's body, or the problem that it tells. */
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  const problem = error as Partial<Schemas['Problem']> | undefined;
  const faults = (problem?.errors ?? []) as { field?: string | null; detail?: string | null }[];
  throw new CallError(
    response.status,
    problem?.title ?? response.statusText,
    faults.map((fault) => [fault.field, fault.detail].filter(Boolean).join(': ')),
  );
}
