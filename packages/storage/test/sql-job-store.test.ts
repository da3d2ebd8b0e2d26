// SPDX-License-Identifier: Apache-2.0
import { jobStoreConformance } from './job-store-conformance.ts';
import { postgresFixture } from './postgres-fixture.ts';

const postgres = postgresFixture();

jobStoreConformance({
  name: 'PostgreSQL',
  async place(alone) {
    const address = alone ? await postgres.freshDatabase() : postgres.address;
    return {
      async open(options) {
        const { jobs, audit, close } = await postgres.open({ address, ...options });
        return { jobs, verifyAudit: () => audit.verify(1), close };
      },
    };
  },
});
