// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from 'fastify';
import type { AdminContext } from './context.ts';
import { credentialRoutes } from './credential-routes.ts';
import { doctorRoutes } from './doctor-routes.ts';
import { identityRoutes } from './identity-routes.ts';
import { processAdminRoutes } from './process-routes.ts';
import { trustRoutes } from './trust-routes.ts';

/** Administration: everything below `/api/v1/admin`, for identities with the scope `admin`, each in its own tenant. */
export function adminRoutes(context: AdminContext) {
  return async (api: FastifyInstance): Promise<void> => {
    await api.register(
      async (admin) => {
        await admin.register(processAdminRoutes(context));
        await admin.register(credentialRoutes(context));
        await admin.register(trustRoutes(context));
        await admin.register(identityRoutes(context));
        await admin.register(doctorRoutes(context));
      },
      { prefix: '/admin' },
    );
  };
}
