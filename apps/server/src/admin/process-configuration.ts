// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { dotted } from '@signet/program';
import { type ProcessConfiguration, ProcessConfigurationSchema } from '@signet/sealing';
import { Ajv, type ErrorObject } from 'ajv';

const validate = new Ajv({ allErrors: true, useDefaults: true, strict: false }).compile<ProcessConfiguration>(
  ProcessConfigurationSchema,
);

/**
 * Validates a process configuration that came from outside and fills in the schema's defaults, so that a file need only
 * say what differs.
 *
 * @throws SignetError `config.process-invalid` with key and reason
 */
export function parseProcessConfiguration(value: unknown): ProcessConfiguration {
  const copy: unknown = structuredClone(value);
  if (validate(copy)) return copy;
  const { key, reason } = explain(validate.errors ?? []);
  throw new SignetError('config.process-invalid', { key, reason });
}

function explain(errors: readonly ErrorObject[]): { key: string; reason: string } {
  const of = (keyword: string) => errors.find((error) => error.keyword === keyword);
  const error = of('additionalProperties') ?? of('required') ?? errors[0];
  const steps = (error?.instancePath ?? '').split('/').slice(1);
  if (error?.keyword === 'additionalProperties') {
    return {
      key: dotted([...steps, String(error.params.additionalProperty)]),
      reason: 'there is no such key',
    };
  }
  if (error?.keyword === 'required') {
    return { key: dotted([...steps, String(error.params.missingProperty)]), reason: 'is missing' };
  }
  return { key: dotted(steps), reason: error?.message ?? 'is not valid' };
}
