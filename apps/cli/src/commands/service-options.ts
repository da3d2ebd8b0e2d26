// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import { collect } from './access-option.ts';

/** Adds the options by which a command is told its trust services. */
export function withServices(command: Command): Command {
  return command
    .option('--tsa <url>', 'time-stamping authority (RFC 3161), needed above B-B')
    .option('--allow-plain', 'accept an http: address for the time-stamping authority')
    .option('--ca <file>', 'PEM of the CA of the authority’s TLS certificate, if it is no public one')
    .option(
      '--trust <pem>',
      'trust anchors that all chains lead to, needed above B-T (repeatable)',
      collect,
      [],
    )
    .option(
      '--revocation-host <host[:port]>',
      'where OCSP, revocation lists and issuers may be asked for if a certificate says so (repeatable)',
      collect,
      [],
    )
    .option('--vri', 'repeat the validation data for each signature in VRI dictionaries, for old readers');
}
