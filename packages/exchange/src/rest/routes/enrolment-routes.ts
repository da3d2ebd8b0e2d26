// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { peerCertificate } from '../peer-certificate.ts';
import { EnrolmentAnswerSchema, EnrolmentRequestSchema } from '../schemas/enrolment.ts';
import { shared } from '../schemas/shared.ts';
import type { EnrolmentService } from '../service.ts';
import { json, openResponses } from './responses.ts';

/**
 * `POST /enrolments`: the only call that needs no identity, for it makes one. The client certificate of the connection
 * is the one that is enrolled: the TLS handshake has proven its key, which never leaves the client.
 */
export function enrolmentRoutes(enrolment: EnrolmentService) {
  return async (app: FastifyInstance): Promise<void> => {
    app.post<{ Body: Static<typeof EnrolmentRequestSchema> }>(
      '/enrolments',
      {
        schema: {
          operationId: 'enrol',
          summary: 'Enrol the client certificate of this connection',
          security: [],
          body: EnrolmentRequestSchema,
          response: openResponses(
            { 200: json('Enrolled', shared(EnrolmentAnswerSchema)) },
            'access.no-certificate',
            'access.enrolment-code',
            'request.invalid',
            'request.invalid-json',
            'request.too-large',
            'request.unsupported-media-type',
          ),
        },
      },
      async (request) => {
        const certificate = peerCertificate(request.raw.socket);
        if (certificate === undefined) throw new SignetError('access.no-certificate');
        const { identity, processes } = await enrolment.enrol(request.body.code, certificate);
        return { identity, processes: processes === '*' ? processes : [...processes] };
      },
    );
  };
}
