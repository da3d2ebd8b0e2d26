// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireProcess, requireScope, requireTransfer } from '../access.ts';
import { continueUpload } from '../edge/rest-server.ts';
import type { Caller, ProcessView, Scope } from '../service.ts';
import type { RouteContext } from './context.ts';

/** An `onRequest` hook: it runs before the first byte of a body is read. */
export type Admit = (request: FastifyRequest) => Promise<void>;

/** Makes room for what admission learns, and tells an admitted caller who waits for it to send its body. */
export function prepareAdmission(app: FastifyInstance): void {
  app.decorateRequest('caller', null);
  app.decorateRequest('process', null);
  app.addHook('preParsing', async (request: FastifyRequest, reply: FastifyReply) =>
    continueUpload(request, reply),
  );
}

/** Who asks; only after `admitCaller` or `admitToProcess`. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>('caller');
}

/** The process asked for; only after `admitToProcess`. */
export function processOf(request: FastifyRequest): ProcessView {
  return request.getDecorator<ProcessView>('process');
}

/** Admits whoever has one of the scopes; anybody with an identity if none is named. */
export function admitCaller({ authenticate }: RouteContext, ...anyOf: readonly Scope[]): Admit {
  return async (request) => {
    const caller = await authenticate(request);
    if (anyOf.length > 0) requireScope(caller, ...anyOf);
    request.setDecorator('caller', caller);
  };
}

/**
 * Admits a caller to the process in the path: identity (401), scope and right to the process (403, whether or not there
 * is one), existence (404), what it takes (403), and the announced size of the body (413).
 */
export function admitToProcess(
  context: RouteContext,
  rule: { readonly scope?: Scope; readonly transfer?: 'document' | 'hash'; readonly limitBytes?: BodyLimit },
): Admit {
  const { scope, transfer, limitBytes } = rule;
  const admitted = admitCaller(context, ...(scope === undefined ? [] : [scope]));
  return async (request) => {
    await admitted(request);
    const caller = callerOf(request);
    const { process: name } = request.params as { process: string };
    requireProcess(caller, name);
    const process = await context.service.process(caller, name);
    if (transfer !== undefined) requireTransfer(process, transfer);
    if (limitBytes !== undefined) refuseAnnouncedSize(request, limitBytes(process));
    request.setDecorator('process', process);
  };
}

/** How much a body may hold, known with its process. */
export type BodyLimit = (process: ProcessView) => number;

/** @throws SignetError `request.too-large` for a body that says so itself, before it is sent */
export function refuseAnnouncedSize(request: FastifyRequest, limitBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    throw new SignetError('request.too-large', { limitBytes });
  }
}
