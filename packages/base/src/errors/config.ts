// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for settings and process configurations. */
export const configErrors = {
  'config.demo-port': {
    message:
      'The demo in {directory} was made for ports from {port} on, not from {wanted}. Leave --base-port away, or use another folder.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'config.demo-step': {
    message: 'The demo could not go on while {what}: {words}.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'config.no-access': {
    message:
      'It is not known which server to ask: {missing} is set neither in the environment nor in {path}. Name an access file with --access.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'config.no-process-name': {
    message: 'The file {path} holds no process configuration: its key "process" is missing.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'config.level-needs-tsa': {
    message: 'Level {level} needs a time-stamping authority. Name one with --tsa.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'config.level-needs-trust': {
    message: 'Level {level} needs trust anchors that all chains lead to. Name them with --trust.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'config.invalid': {
    message: 'The configuration {file} cannot be used: line {line}, {key}: {reason}.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'config.unreadable': {
    message: 'The configuration {file} cannot be read: {reason}.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'config.exists': {
    message: '{path} exists already and is not overwritten. Choose another directory or remove it yourself.',
    status: 409,
    retryable: false,
    fault: 'caller',
  },
  'config.port-in-use': {
    message: 'Port {port} of {host} is used by another program. Choose another port or end that program.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'config.address-unusable': {
    message: 'Signet cannot listen on port {port} of {host}: {reason}.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'config.workers-failing': {
    message:
      'The workers do not come up ({failures} failed starts in a row); the log of the last one says why.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'config.secret-unavailable': {
    message: 'The secret {reference} cannot be read: {reason}.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'config.secret-not-allowed': {
    message:
      'The reference {reference} is not one that administrators may use: files lie in one of secrets.directories, environment variables begin with SIGNET_SECRET_.',
    status: 422,
    retryable: false,
    fault: 'configuration',
  },
  'config.tls-unusable': {
    message: 'The certificate or key {path} cannot be used for TLS: {reason}.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'config.master-key-size': {
    message: 'The master key must be 32 bytes (64 hexadecimal digits); {reference} holds something else.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'config.process-invalid': {
    message: 'The process configuration cannot be used: {key}: {reason}.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'config.process-name-mismatch': {
    message: 'The configuration is of process {process} but was sent for {path}.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'config.credential-unknown': {
    message: 'There is no credential {credential}.',
    status: 422,
    retryable: false,
    fault: 'configuration',
  },
  'config.time-stamp-pool-unknown': {
    message: 'There is no pool of time-stamping authorities {pool}.',
    status: 422,
    retryable: false,
    fault: 'configuration',
  },
  'config.private-host-not-allowed': {
    message:
      '{host} has a private address. The operator of this node can allow it in server.yaml under egress.allowPrivate.',
    status: 422,
    retryable: false,
    fault: 'configuration',
  },
  'config.time-stamp-missing': {
    message: 'Level {level} needs a time-stamp: name a pool under timeStamp.',
    status: 422,
    retryable: false,
    fault: 'configuration',
  },
  'config.algorithm-not-offered': {
    message: 'The credential {credential} cannot sign with {algorithm}; it offers {offered}.',
    status: 422,
    retryable: false,
    fault: 'configuration',
  },
  'config.certificate-not-valid-now': {
    message: 'The certificate of credential {credential} is valid from {notBefore} to {notAfter}, not now.',
    status: 422,
    retryable: false,
    fault: 'configuration',
  },
} as const satisfies Partial<Record<`${'config'}.${string}`, ErrorRow>>;
