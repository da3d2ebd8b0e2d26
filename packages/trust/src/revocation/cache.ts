// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@signet/base';

/** A value that was asked for earlier. It is judged again whenever it is used. */
export interface CachedRevocationValue {
  /** As received. */
  readonly bytes: Uint8Array;
  readonly fetchedAt: Date;
  /** After this it no longer counts. */
  readonly until: Date;
}

/** Where values are kept between two questions. Losing it costs time and nothing else. */
export interface RevocationCache {
  /** The value under a key if it still counts. */
  read(key: string): Promise<CachedRevocationValue | undefined>;
  write(key: string, value: CachedRevocationValue): Promise<void>;
}

/**
 * A cache in this process's memory.
 *
 * @param limit bytes of values kept at most; the ones not used for longest go first. Default 64 MB
 */
export function memoryRevocationCache(clock: Clock, limit = 64 << 20): RevocationCache {
  const values = new Map<string, CachedRevocationValue>();
  let size = 0;
  const remove = (key: string) => {
    size -= values.get(key)?.bytes.length ?? 0;
    values.delete(key);
  };
  return {
    async read(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      values.delete(key);
      if (value.until <= clock.now()) {
        size -= value.bytes.length;
        return undefined;
      }
      // A map gives its keys in the order they were set: setting it again makes it the youngest.
      values.set(key, value);
      return value;
    },
    async write(key, value) {
      remove(key);
      if (value.bytes.length > limit) return;
      values.set(key, value);
      size += value.bytes.length;
      for (const oldest of values.keys()) {
        if (size <= limit) break;
        remove(oldest);
      }
    },
  };
}
