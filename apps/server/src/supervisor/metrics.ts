// SPDX-License-Identifier: Apache-2.0
import { AggregatorRegistry } from 'prom-client';

let aggregator: AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'> | undefined;

/** What a worker asks the supervisor for: the sums over all workers, since a scrape reaches just one of them. */
export const metricsQuestion = 'metrics';

/** Answers the questions of workers. */
export async function answerMetrics(question: string): Promise<string | undefined> {
  if (question !== metricsQuestion) return undefined;
  aggregator ??= new AggregatorRegistry();
  return aggregator.clusterMetrics();
}
