// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { SignetError } from '@signet/base';
import { admitCaller, callerOf, json, responses } from '@signet/exchange/rest';
import { parseCertificate } from '@signet/pkix';
import { secretReference } from '@signet/program';
import type { TimeStampPool } from '@signet/sealing';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { AdminContext } from './context.ts';
import { nameParams, rowName } from './names.ts';

const Authority = Type.Object(
  {
    name: rowName,
    url: Type.String({ pattern: '^https?://' }),
    allowPlain: Type.Optional(Type.Boolean({ default: false, description: 'Whether http: may be spoken' })),
    allowPrivate: Type.Optional(
      Type.Boolean({ description: 'Its address is private; the operator of the node must have allowed it' }),
    ),
    authentication: Type.Optional(
      Type.Object(
        {
          kind: Type.Union([Type.Literal('basic'), Type.Literal('header'), Type.Literal('certificate')]),
          secret: secretReference('user:password, header value, or PEM of certificate and key'),
          header: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
    ),
    caPem: Type.Optional(Type.String({ description: 'PEM of further CA roots for TLS' })),
    policy: Type.Optional(Type.String({ pattern: '^[0-2](\\.[0-9]+)+$' })),
    timeoutSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 120, default: 10 })),
  },
  { additionalProperties: false },
);

const PoolBody = Type.Object(
  { name: Type.Optional(rowName), authorities: Type.Array(Authority, { minItems: 1, maxItems: 20 }) },
  { additionalProperties: false },
);

const PoolAnswer = Type.Object({ name: Type.String(), authorities: Type.Array(Type.Unsafe<unknown>({})) });

const AnchorBody = Type.Object(
  { certificate: Type.String({ description: 'PEM of one certificate' }) },
  { additionalProperties: false },
);

const AnchorAnswer = Type.Object({ name: Type.String(), subject: Type.String(), sha256: Type.String() });

/** `GET|PUT /time-stamp-pools/{name}`, `PUT /trust-anchors/{name}`. */
export function trustRoutes(context: AdminContext) {
  return async (app: FastifyInstance): Promise<void> => {
    addPoolRoutes(app, context);
    addAnchorRoute(app, context);
  };
}

function addPoolRoutes(
  app: FastifyInstance,
  { routes, configurations, tryPool, changed }: AdminContext,
): void {
  const onRequest = admitCaller(routes, 'admin');
  app.get<{ Params: Static<typeof nameParams> }>(
    '/time-stamp-pools/:name',
    {
      onRequest,
      schema: {
        operationId: 'adminTimeStampPool',
        summary: 'A pool of time-stamping authorities',
        params: nameParams,
        response: responses({ 200: json('The pool', PoolAnswer) }, 'config.time-stamp-pool-unknown'),
      },
    },
    async (request) => {
      const { name } = request.params;
      const pool = await configurations.timeStampPool(callerOf(request).tenant, name);
      if (pool === undefined) throw new SignetError('config.time-stamp-pool-unknown', { pool: name });
      return { name: pool.name, authorities: [...pool.authorities] };
    },
  );
  app.put<{ Params: Static<typeof nameParams>; Body: Static<typeof PoolBody> }>(
    '/time-stamp-pools/:name',
    {
      onRequest,
      schema: {
        operationId: 'applyTimeStampPool',
        summary: 'Make or change a pool: authorities in the order in which they are asked',
        params: nameParams,
        body: PoolBody,
        response: responses({ 200: json('The pool', PoolAnswer) }, 'config.secret-not-allowed'),
      },
    },
    async (request) => {
      const { tenant, identity } = callerOf(request);
      const authorities = request.body.authorities.map((authority) => ({
        ...authority,
        allowPlain: authority.allowPlain ?? false,
        timeoutSeconds: authority.timeoutSeconds ?? 10,
      }));
      const pool: TimeStampPool = { name: request.params.name, authorities };
      tryPool(pool);
      await configurations.applyTimeStampPool(tenant, pool, identity);
      changed();
      return { name: pool.name, authorities };
    },
  );
}

function addAnchorRoute(app: FastifyInstance, { routes, configurations, changed }: AdminContext): void {
  app.put<{ Params: Static<typeof nameParams>; Body: Static<typeof AnchorBody> }>(
    '/trust-anchors/:name',
    {
      onRequest: admitCaller(routes, 'admin'),
      schema: {
        operationId: 'applyTrustAnchor',
        summary: 'Trust a CA certificate when documents are validated',
        params: nameParams,
        body: AnchorBody,
        response: responses({ 200: json('The anchor', AnchorAnswer) }, 'request.invalid'),
      },
    },
    async (request) => {
      const { tenant, identity } = callerOf(request);
      const { name } = request.params;
      const certificate = parseCertificate(derOf(request.body.certificate));
      await configurations.applyTrustAnchor(tenant, name, certificate.bytes, identity);
      changed();
      return { name, subject: certificate.subject.toString(), sha256: certificate.fingerprint };
    },
  );
}

function derOf(pem: string): Uint8Array {
  try {
    return new X509Certificate(pem).raw;
  } catch (error) {
    const details = { where: 'body/certificate', problem: 'it is not a certificate in PEM' };
    throw new SignetError('request.invalid', details, error);
  }
}
