// SPDX-License-Identifier: Apache-2.0
import { admitCaller, callerOf, json, responses } from '@signet/exchange/rest';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { AdminContext } from './context.ts';
import { examine } from './doctor.ts';

const Check = Type.Object({ check: Type.String(), ok: Type.Boolean(), detail: Type.String() });

/** `GET /doctor`. */
export function doctorRoutes({ routes, doctor }: AdminContext) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get(
      '/doctor',
      {
        onRequest: admitCaller(routes, 'admin'),
        schema: {
          operationId: 'doctor',
          summary: 'What is wrong, in words; asks each time-stamping pool for one token',
          response: responses({ 200: json('Checks', Type.Object({ checks: Type.Array(Check) })) }),
        },
      },
      async (request) => ({ checks: [...(await examine(callerOf(request).tenant, doctor))] }),
    );
  };
}
