// SPDX-License-Identifier: Apache-2.0
import { admitCaller, callerOf, json, responses } from '@signet/exchange/rest';
import type { Identity, IdentityRequest } from '@signet/sealing';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { AdminContext } from './context.ts';
import { nameParams, rowName } from './names.ts';

const Scopes = Type.Array(
  Type.Union(['seal', 'seal-hash', 'validate', 'admin', 'metrics'].map((scope) => Type.Literal(scope))),
  { minItems: 1 },
);
const Processes = Type.Union([Type.Literal('*'), Type.Array(rowName)]);

const TokenBody = Type.Object(
  {
    name: rowName,
    scopes: Scopes,
    processes: Processes,
    days: Type.Optional(Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, maximum: 3650 })])),
  },
  { additionalProperties: false },
);

const CodeBody = Type.Object(
  {
    name: rowName,
    scopes: Scopes,
    processes: Processes,
    hours: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 24 * 30 })),
    days: Type.Optional(Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, maximum: 3650 })])),
  },
  { additionalProperties: false },
);

const IdentityAnswer = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  scopes: Type.Array(Type.String()),
  processes: Processes,
  createdAt: Type.String(),
  expiresAt: Type.Union([Type.String(), Type.Null()]),
  revokedAt: Type.Union([Type.String(), Type.Null()]),
});

/** How long a code lasts where nothing is said. */
const codeHours = 24;

/** `GET|POST /tokens`, `DELETE /tokens/{name}` (of client certificates too), `POST /enrolment-codes`. */
export function identityRoutes(context: AdminContext) {
  return async (app: FastifyInstance): Promise<void> => {
    addListRoutes(app, context);
    addCreateRoutes(app, context);
  };
}

function addListRoutes(app: FastifyInstance, { routes, identities, changed }: AdminContext): void {
  const onRequest = admitCaller(routes, 'admin');
  app.get(
    '/tokens',
    {
      onRequest,
      schema: {
        operationId: 'identities',
        summary: 'All identities, API tokens and client certificates; revoked ones too',
        response: responses({ 200: json('Identities', Type.Array(IdentityAnswer)) }),
      },
    },
    async (request) => (await identities.list(callerOf(request).tenant)).map(body),
  );
  app.delete<{ Params: Static<typeof nameParams> }>(
    '/tokens/:name',
    {
      onRequest,
      schema: {
        operationId: 'revoke',
        summary: 'Revoke an identity; it is refused within a second everywhere',
        params: nameParams,
        response: responses({ 204: { description: 'Revoked' } }, 'storage.unknown-name'),
      },
    },
    async (request, reply) => {
      const { tenant, identity } = callerOf(request);
      await identities.revoke(tenant, request.params.name, identity);
      changed();
      return reply.code(204).send();
    },
  );
}

function addCreateRoutes(app: FastifyInstance, { routes, identities, clock }: AdminContext): void {
  const onRequest = admitCaller(routes, 'admin');
  app.post<{ Body: Static<typeof TokenBody> }>(
    '/tokens',
    {
      onRequest,
      schema: {
        operationId: 'createToken',
        summary: 'Make an API token; it is told once',
        body: TokenBody,
        response: responses(
          { 201: json('The token', Type.Object({ token: Type.String(), identity: IdentityAnswer })) },
          'storage.name-taken',
        ),
      },
    },
    async (request, reply) => {
      const { tenant, identity: by } = callerOf(request);
      const { identity, secret } = await identities.createToken(
        tenant,
        wanted(request.body, clock.now()),
        by,
      );
      return reply.code(201).send({ token: secret, identity: body(identity) });
    },
  );
  app.post<{ Body: Static<typeof CodeBody> }>(
    '/enrolment-codes',
    {
      onRequest,
      schema: {
        operationId: 'createEnrolmentCode',
        summary: 'Make a code with which a client enrols its certificate once',
        body: CodeBody,
        response: responses({
          201: json('The code', Type.Object({ code: Type.String(), codeExpiresAt: Type.String() })),
        }),
      },
    },
    async (request, reply) => {
      const { tenant, identity: by } = callerOf(request);
      const now = clock.now();
      const until = new Date(now.getTime() + (request.body.hours ?? codeHours) * 3_600_000);
      const { code } = await identities.createEnrolmentCode(tenant, wanted(request.body, now), until, by);
      return reply.code(201).send({ code, codeExpiresAt: until.toISOString() });
    },
  );
}

function wanted({ name, scopes, processes, days }: Static<typeof TokenBody>, now: Date): IdentityRequest {
  const expiresAt = typeof days === 'number' ? new Date(now.getTime() + days * 86_400_000) : null;
  return { name, scopes: scopes as IdentityRequest['scopes'], processes, expiresAt };
}

function body(identity: Identity): Static<typeof IdentityAnswer> {
  const { name, kind, scopes, processes, createdAt, expiresAt, revokedAt } = identity;
  return {
    name,
    kind,
    scopes: [...scopes],
    processes: processes === '*' ? processes : [...processes],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
