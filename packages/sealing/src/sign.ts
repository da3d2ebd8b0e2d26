// SPDX-License-Identifier: Apache-2.0
import { embed, type SignaturePreparation } from '@signet/ades/cades';
import { SignetError } from '@signet/base';
import { verifySignatureValue } from '@signet/pkix';
import type { SealingProcess } from './sealing-process.ts';

/**
 * *sign* and *embed*: has the device sign the DTBSR, verifies the value under the signing certificate at once (a device
 * may lie), and makes the CMS of level B-B.
 *
 * @returns DER of the CMS SignedData
 * @throws SignetError `device.*`; `device.wrong-signature` if the value does not verify
 */
export async function signDocHash(
  signature: SignaturePreparation,
  process: SealingProcess,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { credential, algorithm, certificate } = process;
  const { dtbs, dtbsr } = signature;
  const signatureValue = await credential.sign({ algorithm, dtbs, dtbsr, ...(signal && { signal }) });
  if (!verifySignatureValue({ algorithm, publicKey: certificate.publicKey, dtbs, signatureValue })) {
    throw new SignetError('device.wrong-signature', { credential: credential.name });
  }
  return embed(signature, signatureValue);
}
