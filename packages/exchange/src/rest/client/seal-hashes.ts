// SPDX-License-Identifier: Apache-2.0
import { errorOfProblem } from '../problem.ts';
import type { Problem } from '../schemas/problem.ts';
import type { SealHashAnswer, SealHashRequest } from '../schemas/seal-hash.ts';
import type { CompletedSignature, HashToSeal, RefusedHash } from '../service.ts';
import type { HttpCalls } from './http-calls.ts';

/** Sends digests to be sealed and gives, in their order, what became of each. */
export async function sealHashes(
  calls: HttpCalls,
  path: string,
  request: {
    readonly hashes: readonly HashToSeal[];
    readonly idempotencyKey?: string;
    readonly signal?: AbortSignal;
  },
): Promise<readonly (CompletedSignature | RefusedHash)[]> {
  const body: SealHashRequest = {
    hashes: request.hashes.map(({ docHash, ...rest }) => ({
      ...rest,
      docHash: Buffer.from(docHash).toString('hex'),
    })),
  };
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey;
  const answer = (await calls.json({
    method: 'POST',
    path,
    headers,
    body: JSON.stringify(body),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  })) as SealHashAnswer;
  return answer.results.map(outcome);
}

function outcome({
  docHash,
  cms,
  record,
  problem,
}: SealHashAnswer['results'][number]): CompletedSignature | RefusedHash {
  if (cms !== undefined && record !== undefined) return { docHash, cms: Buffer.from(cms, 'base64'), record };
  return refused(docHash, problem);
}

function refused(docHash: string, problem: Problem | undefined): RefusedHash {
  const { code, message, details } = errorOfProblem(problem, problem?.status ?? 502);
  return {
    docHash,
    ...(problem?.job === undefined ? {} : { job: problem.job }),
    problem: { code, message, details },
  };
}
