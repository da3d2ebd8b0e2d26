// SPDX-License-Identifier: Apache-2.0
import { type ByteSource, SignetError } from '@signet/base';
import type { DocumentPreparation } from './document-preparation.ts';

/**
 * The bytes to append to the base document, with a signed data object in their hole. The preparation is not changed.
 *
 * @param cms DER of the CMS SignedData
 * @throws SignetError `ades.hole-too-small`
 */
export function fillHole(preparation: DocumentPreparation, cms: Uint8Array): Uint8Array {
  const { appended, baseLength, hole, reservedBytes } = preparation;
  if (cms.length > reservedBytes) {
    throw new SignetError('ades.hole-too-small', { needed: cms.length, reserved: reservedBytes });
  }
  const filled = Buffer.from(appended);
  filled.write(
    Buffer.from(cms.buffer, cms.byteOffset, cms.length).toString('hex'),
    hole.offset - baseLength,
    'latin1',
  );
  return filled;
}

/** A base document and the revision appended to it as one source; nothing is copied but a read across the seam. */
export function completedRevision(base: ByteSource, appended: Uint8Array): ByteSource {
  const seam = base.length;
  const length = seam + appended.length;
  return {
    length,
    read(offset, count) {
      if (offset + count <= seam) return base.read(offset, count);
      if (!(offset >= 0 && count >= 0 && offset + count <= length)) {
        throw new SignetError('general.short-read', { offset, wanted: count });
      }
      if (offset >= seam) return appended.subarray(offset - seam, offset - seam + count);
      return Buffer.concat([base.read(offset, seam - offset), appended.subarray(0, offset + count - seam)]);
    },
    ...(base.view && {
      view: (offset: number, atMost: number) =>
        offset < seam
          ? base.view!(offset, Math.min(atMost, seam - offset))
          : appended.subarray(offset - seam, offset - seam + atMost),
    }),
  };
}
