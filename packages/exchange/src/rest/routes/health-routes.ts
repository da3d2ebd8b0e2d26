// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from 'fastify';

/**
 * `GET /healthz` (the program runs) and `GET /readyz` (it can seal): they tell nothing else and need no identity. Why it
 * is not ready is in the log.
 */
export function healthRoutes(options: { readonly ready: () => Promise<boolean> | boolean }) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/healthz', async (_request, reply) => reply.type('text/plain').send('ok\n'));
    app.get('/readyz', async (_request, reply) => {
      const ready = await options.ready();
      return reply
        .code(ready ? 200 : 503)
        .type('text/plain')
        .send(ready ? 'ready\n' : 'not ready\n');
    });
  };
}
