// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { admitCaller, callerOf, json, responses } from '@signet/exchange/rest';
import type { ProcessVersion } from '@signet/sealing';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { AdminContext } from './context.ts';
import { nameParams } from './names.ts';
import { parseProcessConfiguration } from './process-configuration.ts';
import { rehearse } from './rehearsal.ts';

const VersionSchema = Type.Object({
  process: Type.String(),
  version: Type.Integer(),
  createdAt: Type.String(),
  configuration: Type.Unsafe<unknown>({ type: 'object', additionalProperties: true }),
});

/** Any JSON: it is judged with words of its own, which name key and reason. */
const ConfigurationBody = Type.Unsafe<unknown>({
  type: 'object',
  description: 'A process configuration; what has a default may be left out',
});

/** `GET /processes`, `GET /processes/{name}`, `PUT /processes/{name}`. */
export function processAdminRoutes(context: AdminContext) {
  return async (app: FastifyInstance): Promise<void> => {
    listRoute(app, context);
    readRoute(app, context);
    applyRoute(app, context);
  };
}

function listRoute(app: FastifyInstance, { routes, configurations }: AdminContext): void {
  app.get(
    '/processes',
    {
      onRequest: admitCaller(routes, 'admin'),
      schema: {
        operationId: 'adminProcesses',
        summary: 'The newest version of each process',
        response: responses({
          200: json('Processes', Type.Object({ processes: Type.Array(VersionSchema) })),
        }),
      },
    },
    async (request) => {
      const all = await configurations.processes(callerOf(request).tenant);
      return { processes: all.map(body) };
    },
  );
}

function readRoute(app: FastifyInstance, { routes, configurations }: AdminContext): void {
  app.get<{ Params: Static<typeof nameParams>; Querystring: { version?: number } }>(
    '/processes/:name',
    {
      onRequest: admitCaller(routes, 'admin'),
      schema: {
        operationId: 'adminProcess',
        summary: 'The newest version of a process, or the one asked for',
        params: nameParams,
        querystring: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })) }),
        response: responses({ 200: json('The version', VersionSchema) }, 'request.unknown-process'),
      },
    },
    async (request) => {
      const { name } = request.params;
      const found = await configurations.process(callerOf(request).tenant, name, request.query.version);
      if (found === undefined) throw new SignetError('request.unknown-process', { process: name });
      return body(found);
    },
  );
}

function applyRoute(app: FastifyInstance, context: AdminContext): void {
  const { routes, configurations, rehearsal, changed } = context;
  app.put<{ Params: Static<typeof nameParams>; Querystring: { dryRun?: boolean } }>(
    '/processes/:name',
    {
      onRequest: admitCaller(routes, 'admin'),
      schema: {
        operationId: 'applyProcess',
        summary: 'Make a new version of a process, after a rehearsal; with dryRun the rehearsal alone',
        params: nameParams,
        querystring: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }),
        body: ConfigurationBody,
        response: responses(
          { 200: json('The version that is in force now', VersionSchema) },
          'config.process-invalid',
          'config.process-name-mismatch',
          'config.credential-unknown',
          'config.algorithm-not-offered',
          'config.certificate-not-valid-now',
          'config.time-stamp-missing',
          'config.time-stamp-pool-unknown',
        ),
      },
    },
    async (request) => {
      const { tenant, identity } = callerOf(request);
      const configuration = parseProcessConfiguration(request.body);
      const { name } = request.params;
      if (configuration.process !== name) {
        const details = { process: configuration.process, path: name };
        throw new SignetError('config.process-name-mismatch', details);
      }
      const rehearsed = await rehearse(tenant, configuration, rehearsal);
      if (request.query.dryRun) return body(rehearsed);
      const applied = await configurations.applyProcess(tenant, configuration, identity);
      changed();
      return body(applied);
    },
  );
}

function body({ configuration, version, createdAt }: ProcessVersion): Static<typeof VersionSchema> {
  return { process: configuration.process, version, createdAt: createdAt.toISOString(), configuration };
}
