// SPDX-License-Identifier: Apache-2.0
// The typed client alone, for programs that serve nothing: it loads no HTTP server.
export type { Problem } from '../schemas/problem.ts';
export type { ProcessView, Scope } from '../service.ts';
export { connectSealingApi } from './connect.ts';
export type {
  ApiTimeouts,
  DocHashAnswer,
  DownloadTarget,
  SealedDocument,
  SealingApi,
  SealingApiConnection,
  SealRequest,
  Upload,
} from './sealing-api.ts';
