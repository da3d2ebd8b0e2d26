// SPDX-License-Identifier: Apache-2.0
export { type Egress, type OutgoingRequest, type OutgoingResponse, openEgress } from './egress.ts';
export { type EgressConnection, type EgressHost, type EgressPolicy, namedHost } from './policy.ts';
export { isPrivateAddress } from './private-address.ts';
