// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Remembers every route that is registered from now on, and tells for a request without one whether its path exists
 * under another method (405 with the methods) or not at all (404).
 */
export function knownPaths(app: FastifyInstance): (request: FastifyRequest) => SignetError {
  const methodsOf = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsOf.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    methodsOf.set(url, known);
    for (const name of [method].flat()) known.methods.add(name);
  });
  return (request) => {
    const path = request.url.split('?', 1)[0]!;
    const allowed = [...methodsOf.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap(({ methods }) => [...methods]);
    if (allowed.length === 0) return new SignetError('request.unknown-path');
    return new SignetError('request.method-not-allowed', {
      method: request.method,
      allowed: [...new Set(allowed)].sort().join(', '),
    });
  };
}

/** `/jobs/:id` → a pattern in which `:id` stands for one segment. */
function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment === '*') return '.*';
    return segment.startsWith(':') ? '[^/]+' : segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}
