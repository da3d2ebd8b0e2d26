// SPDX-License-Identifier: Apache-2.0
import { Type } from 'typebox';

/** Schema of the names of rows: processes, credentials, pools, anchors, identities. */
export const rowName = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' });

/** Path parameters of a route that names a row. */
export const nameParams = Type.Object({ name: rowName });
