// SPDX-License-Identifier: Apache-2.0
import swagger from '@fastify/swagger';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { apiPrefix } from '../paths.ts';
import { prepareAdmission } from './admission.ts';
import { batchRoutes, batchUploadRoutes } from './batch-routes.ts';
import { takeJson } from './bodies.ts';
import type { RouteContext } from './context.ts';
import { documentRoutes } from './document-routes.ts';
import { enrolmentRoutes } from './enrolment-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { componentSchemas, openApiOptions } from './openapi.ts';
import { processRoutes } from './process-routes.ts';

/** What the API of a program is made of. */
export interface SealingRoutesOptions extends RouteContext {
  /** Version of the program, told in the OpenAPI document. */
  readonly version: string;
  /**
   * Further routes below `/api/v1` (administration) that share authentication, JSON bodies, errors and the OpenAPI
   * document; `admitCaller(context, scope)` is their `onRequest` hook.
   */
  readonly also?: readonly ((app: FastifyInstance) => Promise<void>)[];
}

/** The sealing API as a plugin for `createRestServer`: everything below `/api/v1`, and its OpenAPI document. */
export function sealingRoutes(options: SealingRoutesOptions) {
  return async (server: FastifyInstance): Promise<void> => {
    await server.register(async (api) => addRoutes(api, options), { prefix: apiPrefix });
  };
}

async function addRoutes(api: FastifyInstance, options: SealingRoutesOptions): Promise<void> {
  api.setValidatorCompiler(
    TypeBoxValidatorCompiler as Parameters<FastifyInstance['setValidatorCompiler']>[0],
  );
  // Answers are built member by member; compiling a serializer for each would cost every worker 0.2 s at its start.
  api.setSerializerCompiler(() => JSON.stringify);
  for (const schema of componentSchemas) api.addSchema(schema);
  prepareAdmission(api);
  await api.register(swagger, openApiOptions(options.version));
  await api.register(documentRoutes(options));
  await api.register(batchUploadRoutes(options));
  await api.register(async (json) => {
    takeJson(json);
    await json.register(jobRoutes(options));
    await json.register(processRoutes(options));
    await json.register(batchRoutes(options));
    if (options.enrolment !== undefined) await json.register(enrolmentRoutes(options.enrolment));
    for (const more of options.also ?? []) await json.register(more);
  });
  api.get('/openapi.json', { schema: { hide: true } }, async () => api.swagger());
}
