// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

const refused = { status: 502, retryable: false, fault: 'configuration' } as const;
const away = { status: 503, retryable: true, fault: 'service' } as const;

/** Codes for trust services, certification paths and outgoing connections. */
export const trustErrors = {
  'egress.not-allowed': {
    message: 'Connections to {host} are not allowed: the host is not among the configured ones.',
    ...refused,
  },
  'egress.private-address': {
    message:
      'Connections to {host} are not allowed: {address} is a private address. Set allowPrivate if that is meant.',
    ...refused,
  },
  'egress.plain-http': {
    message:
      'Connections to {host} are not allowed without TLS. Use https, or set allowPlain if that is meant.',
    ...refused,
  },
  'egress.url': { message: 'The address {url} is not one of a web service.', ...refused },
  'egress.redirect': {
    message: '{host} sends elsewhere ({status}), which is not followed here.',
    ...refused,
  },
  'egress.unreachable': { message: '{host} cannot be reached: {reason}.', ...away },
  'egress.timeout': { message: '{host} did not answer within {seconds} seconds.', ...away },
  'egress.too-large': { message: 'The answer of {host} is larger than the {limit} bytes allowed.', ...away },
  'tsa.unavailable': {
    message: 'No authority of the time-stamp pool {pool} gave a good time-stamp: {reasons}.',
    ...away,
  },
  'tsa.http-status': {
    message: 'The time-stamping authority {authority} answered with HTTP status {status}.',
    ...away,
  },
  'tsa.content-type': {
    message: 'The time-stamping authority {authority} answered with {type} instead of a time-stamp.',
    ...away,
  },
  'tsa.rate-limited': {
    message: 'The time-stamping authority {authority} has been asked as often as its limit allows for now.',
    ...away,
  },
  'tsa.resting': {
    message: 'The time-stamping authority {authority} failed repeatedly and is not asked until {until}.',
    ...away,
  },
  'tsa.credentials': {
    message: 'The login for the time-stamping authority {authority} is malformed: {reason}.',
    ...refused,
  },
  'tsa.untrusted': {
    message:
      'The certificate of the time-stamping authority {authority} leads to no configured anchor: {reason}.',
    ...away,
  },
  'trust.http-status': { message: '{url} answered with HTTP status {status}.', ...away },
  'trust.resting': {
    message: '{host} failed repeatedly and is not asked until {until}.',
    ...away,
  },
  'trust.status-unknown': {
    message: 'The answer says nothing of whether certificate "{certificate}" was revoked.',
    ...refused,
  },
  'trust.status-forgotten': {
    message:
      'Certificate "{certificate}" had expired when the answer was made, and an authority may forget what has expired.',
    ...refused,
  },
  'trust.certificate-revoked': {
    message: 'Certificate "{certificate}" was revoked on {date} ({reason}).',
    ...refused,
  },
  'trust.revocation-unavailable': {
    message: 'Whether certificate "{certificate}" was revoked cannot be learnt now: {reasons}.',
    ...away,
  },
  'trust.revocation-impossible': {
    message: 'Whether certificate "{certificate}" was revoked cannot be learnt: {reasons}.',
    ...refused,
  },
  'trust.no-path': {
    message:
      'No path leads from certificate "{certificate}" to a configured trust anchor: {reason}. Its later validity cannot be proven.',
    ...refused,
  },
} as const satisfies Partial<Record<`${'trust' | 'tsa' | 'egress'}.${string}`, ErrorRow>>;
