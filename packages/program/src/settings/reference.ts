// SPDX-License-Identifier: Apache-2.0
import { Type } from 'typebox';

/** Schema of a reference to a secret: it says where the secret lies and is never the secret itself. */
export const secretReference = (description: string) =>
  Type.String({
    pattern: '^(file:.+|env:[A-Za-z_][A-Za-z0-9_]*|credential:[A-Za-z0-9_.-]+)$',
    description: `${description} (file:PATH, env:NAME or credential:NAME)`,
  });
