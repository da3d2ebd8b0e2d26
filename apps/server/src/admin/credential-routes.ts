// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { SigningCredential } from '@signet/devices';
import { admitCaller, callerOf, json, responses } from '@signet/exchange/rest';
import { parseCertificate } from '@signet/pkix';
import { secretReference } from '@signet/program';
import type { CredentialConfiguration } from '@signet/sealing';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { AdminContext } from './context.ts';
import { nameParams, rowName } from './names.ts';

const CredentialBody = Type.Object(
  {
    name: Type.Optional(rowName),
    device: Type.Literal('pkcs12'),
    location: Type.String({ minLength: 1, description: 'Path of the file, in one of secrets.directories' }),
    secret: Type.Optional(secretReference('Its password')),
    password: Type.Optional(
      Type.String({ description: 'The password itself; it is kept encrypted under the master key' }),
    ),
  },
  { additionalProperties: false },
);

const CredentialAnswer = Type.Object({
  name: Type.String(),
  device: Type.String(),
  location: Type.String(),
  certificate: Type.Object({
    subject: Type.String(),
    issuer: Type.String(),
    notAfter: Type.String(),
    sha256: Type.String(),
  }),
  algorithms: Type.Array(Type.String()),
});

/** `GET /credentials/{name}`, `PUT /credentials/{name}`. */
export function credentialRoutes({
  routes,
  configurations,
  tryCredential,
  wrapSecret,
  changed,
}: AdminContext) {
  const onRequest = admitCaller(routes, 'admin');
  return async (app: FastifyInstance): Promise<void> => {
    app.get<{ Params: Static<typeof nameParams> }>(
      '/credentials/:name',
      {
        onRequest,
        schema: {
          operationId: 'adminCredential',
          summary: 'A credential and what it offers now',
          params: nameParams,
          response: responses({ 200: json('The credential', CredentialAnswer) }, 'config.credential-unknown'),
        },
      },
      async (request) => {
        const { name } = request.params;
        const row = await configurations.credential(callerOf(request).tenant, name);
        if (row === undefined) throw new SignetError('config.credential-unknown', { credential: name });
        return answer(row, await tryCredential(row));
      },
    );
    app.put<{ Params: Static<typeof nameParams>; Body: Static<typeof CredentialBody> }>(
      '/credentials/:name',
      {
        onRequest,
        schema: {
          operationId: 'applyCredential',
          summary: 'Make or change a credential, after it was opened once',
          params: nameParams,
          body: CredentialBody,
          response: responses({ 200: json('What it offers', CredentialAnswer) }, 'config.secret-not-allowed'),
        },
      },
      async (request) => {
        const { tenant, identity } = callerOf(request);
        const { device, location, secret, password } = request.body;
        const reference = password === undefined ? secret : wrapSecret(password);
        if (reference === undefined) {
          throw new SignetError('request.invalid', {
            where: 'body',
            problem: 'secret or password must be there',
          });
        }
        const row: CredentialConfiguration = {
          name: request.params.name,
          device,
          location,
          secret: reference,
        };
        const opened = await tryCredential(row);
        await configurations.applyCredential(tenant, row, identity);
        changed();
        return answer(row, opened);
      },
    );
  };
}

/** The secret's reference is left out: a wrapped one is the secret, encrypted. */
function answer(row: CredentialConfiguration, opened: SigningCredential): Static<typeof CredentialAnswer> {
  const { name, device, location } = row;
  const { subject, issuer, notAfter, fingerprint } = parseCertificate(opened.certificates[0]!);
  const certificate = {
    subject: subject.toString(),
    issuer: issuer.toString(),
    notAfter: notAfter.toISOString(),
    sha256: fingerprint,
  };
  return { name, device, location, certificate, algorithms: [...opened.algorithms] };
}
