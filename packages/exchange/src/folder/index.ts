// SPDX-License-Identifier: Apache-2.0
export type { BindingFolders, FolderBinding } from './binding.ts';
export { type BindingStatus, type FolderExchange, startFolderExchange } from './exchange.ts';
export type {
  ArrivalJournal,
  ArrivalRecord,
  FolderRecord,
  LinkWitness,
  RootRecord,
  SealedFacts,
} from './journal.ts';
export { isBatchName } from './names.ts';
export type { ArrivalTrace, ExchangeObserver } from './observer.ts';
export type { FolderExchangeOptions } from './options.ts';
export type { RetryTimes } from './retry.ts';
export type { Arrival, ArrivalSealer, SealedArrival } from './sealer.ts';
