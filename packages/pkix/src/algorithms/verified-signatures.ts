// SPDX-License-Identifier: Apache-2.0
import type { SignatureVerification } from './signature-verification.ts';

/**
 * Signatures that verified lately, by their value, with copies of their bytes. Verifying is a pure function: where the same
 * key, algorithm and data come with the same value again, octet for octet, so does the answer. A seal is verified when the
 * device hands out its value, and again when the check has read it back from the output; the second time costs a
 * comparison. What failed is never remembered.
 */
const verified = new Map<string, SignatureVerification>();

/** Seals that a process may have under way at once; the oldest goes when there are more. */
const kept = 64;

/** Bytes. Signed attributes and certificates are smaller; revocation lists and contents may be of any size. */
const largest = 4096;

/** Keeps a verification whose answer was yes, unless its data is large. */
export function rememberVerified(verification: SignatureVerification): void {
  const { dtbs, signatureValue } = verification;
  if (dtbs.length > largest) return;
  if (verified.size >= kept) verified.delete(verified.keys().next().value ?? '');
  verified.set(nameOf(signatureValue), {
    ...verification,
    dtbs: new Uint8Array(dtbs),
    signatureValue: new Uint8Array(signatureValue),
  });
}

/** Whether exactly this verification was made lately and its answer was yes. */
export function wasVerified(verification: SignatureVerification): boolean {
  const { algorithm, publicKey, dtbs, signatureValue, saltLength } = verification;
  const known = verified.get(nameOf(signatureValue));
  if (known === undefined) return false;
  return (
    known.publicKey.equals(publicKey) &&
    known.algorithm === algorithm &&
    known.saltLength === saltLength &&
    Buffer.compare(known.signatureValue, signatureValue) === 0 &&
    Buffer.compare(known.dtbs, dtbs) === 0
  );
}

function nameOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}
