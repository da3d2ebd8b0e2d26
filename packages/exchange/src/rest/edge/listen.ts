// SPDX-License-Identifier: Apache-2.0
import type { Server } from 'node:https';
import { SignetError } from '@signet/base';
import type { FastifyInstance } from 'fastify';
import { createRestServer, type RestServerOptions } from './rest-server.ts';

/** Where a program listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What a listener of a program needs. */
export interface ListenOptions extends RestServerOptions {
  readonly logger: NonNullable<RestServerOptions['logger']>;
  /** Whether each answer gets a line in the log. */
  readonly access: boolean;
  /** Told of each answer, by route pattern and never by path. */
  readonly answered: (route: string, status: number, seconds: number) => void;
  /** Adds the routes. */
  readonly routes: (app: FastifyInstance<Server>) => Promise<void>;
}

/**
 * Starts one listener of a program.
 *
 * @throws SignetError `config.port-in-use`, `config.address-unusable`
 */
export async function listen(
  address: ListenAddress,
  options: ListenOptions,
): Promise<FastifyInstance<Server>> {
  const app = createRestServer(options);
  observe(app, options);
  await options.routes(app);
  try {
    await app.listen(address);
  } catch (error) {
    throw listenError(address, error);
  }
  return app;
}

/** A path can hold ids but no name of a document; a query is left out of the log. */
function observe(app: FastifyInstance<Server>, { logger, access, answered }: ListenOptions): void {
  app.addHook('onResponse', async (request, reply) => {
    const milliseconds = reply.elapsedTime;
    answered(request.routeOptions.url ?? 'unknown', reply.statusCode, milliseconds / 1000);
    if (!access) return;
    const { id, method, url } = request;
    const path = url.split('?', 1)[0];
    logger.info(
      { request: id, method, path, status: reply.statusCode, milliseconds: Math.round(milliseconds) },
      'answered',
    );
  });
}

function listenError({ host, port }: ListenAddress, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  if (code === 'EADDRINUSE') return new SignetError('config.port-in-use', { host, port }, error);
  return new SignetError('config.address-unusable', { host, port, reason: code }, error);
}
