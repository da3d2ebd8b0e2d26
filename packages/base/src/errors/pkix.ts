// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for ASN.1, certificates, CMS, time-stamp tokens, OCSP, CRL, key files, algorithms. */
export const pkixErrors = {

} as const satisfies Partial<Record<`${'der' | 'x509' | 'cms' | 'tsp' | 'ocsp' | 'crl' | 'pkcs8' | 'pkcs12' | 'algorithm'}.${string}`, ErrorRow>>;
