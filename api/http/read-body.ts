import type { z } from 'zod';
import type { BilingualText } from '../../domain/bilingual';
import { FIELD_FAULTS, type FieldFault } from '../../domain/field-faults';
import { jsonPointer } from '../../domain/json-pointer';
import { MSISDN_FAULTS, type MsisdnFault } from '../../domain/msisdn-parsing';
import { ruleInWords } from './field-rules';
import { Problem, type FieldFaultInWords } from './problems';

/** As many faults are told one by one as anybody reads; a body of nothing but faults is not answered by a larger one. */
const MAX_TOLD_FAULTS = 100;

/**
 * Reads a body, or a query's parameters, by its schema.
 * @param further faults that the schema cannot know of
 * @throws Problem `invalid_request` with all faults at once, or the first of very many
 */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  further: readonly FieldFaultInWords[] = [],
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success && further.length === 0) return result.data;
  const faults = new Faults();
  faults.addOf(result, body);
  faults.add(further);
  throw new Problem('invalid_request', undefined, { errors: faults.told });
}

/** Faults, all of which are counted and the first made: a body may have a million. */
export class Faults {
  told: FieldFaultInWords[] = [];
  count = 0;

  add(faults: readonly FieldFaultInWords[]): void {
    this.addMade(faults.length, () => faults);
  }

  /**
   * Adds those of a value that a schema did not take, each by its place in the value.
   * @param placed what becomes of each that is told
   */
  addOf(
    { error }: z.ZodSafeParseResult<unknown>,
    value: unknown,
    placed = (fault: FieldFaultInWords) => fault,
  ): void {
    for (const issue of error?.issues ?? []) {
      const count = issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
      this.addMade(count, () => faultsOf(issue, value).map(placed));
    }
  }

  putFirst(fault: FieldFaultInWords): void {
    this.told = [fault, ...this.told].slice(0, MAX_TOLD_FAULTS);
    this.count += 1;
  }

  private addMade(count: number, make: () => readonly FieldFaultInWords[]): void {
    this.count += count;
    const left = MAX_TOLD_FAULTS - this.told.length;
    if (left > 0) this.told.push(...make().slice(0, left));
  }
}

/** A fault of one field in its table's words. */
export function fieldFault(pointer: string, code: FieldFault): FieldFaultInWords {
  return { pointer, code, detail: FIELD_FAULTS[code] };
}

function faultsOf(issue: z.core.$ZodIssue, body: unknown): FieldFaultInWords[] {
  const pointer = jsonPointer(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .slice(0, MAX_TOLD_FAULTS)
        .map((key) => fieldFault(jsonPointer([...issue.path, key]), 'unknown_field'));
    case 'invalid_type': {
      const given = issue.path.reduce<unknown>(memberOf, body);
      if (given === undefined) return [fieldFault(pointer, 'missing')];
      return [{ pointer, code: 'wrong_type', detail: ofType(issue.expected) }];
    }
    case 'too_big':
      return [{ pointer, code: 'too_long', detail: longest(issue) ?? issue.message }];
    case 'too_small':
      return [{ pointer, code: 'too_short', detail: ruleInWords(issue.message) }];
    case 'invalid_value':
      return [{ pointer, code: 'invalid_format', detail: oneOf(issue.values) }];
    case 'custom': {
      const fault = msisdnFaultOf(issue.params);
      if (fault) return [{ pointer, code: fault, detail: MSISDN_FAULTS[fault] }];
      return [{ pointer, code: 'invalid_format', detail: ruleInWords(issue.message) }];
    }
    default:
      return [{ pointer, code: 'invalid_format', detail: ruleInWords(issue.message) }];
  }
}

function ofType(expected: string): BilingualText {
  return { en: `Must be of type ${expected}.`, vi: `Giá trị phải có kiểu ${expected}.` };
}

function oneOf(values: readonly unknown[]): BilingualText {
  const listed = values.join(', ');
  return { en: `Must be one of: ${listed}.`, vi: `Phải là một trong: ${listed}.` };
}

function longest({ origin, maximum }: z.core.$ZodIssueTooBig): BilingualText | undefined {
  if (origin !== 'string') return undefined;
  return { en: `Must have at most ${maximum} characters.`, vi: `Tối đa ${maximum} ký tự.` };
}

function msisdnFaultOf(params: Readonly<Record<string, unknown>> | undefined): MsisdnFault | undefined {
  const fault = params?.['fault'];
  return typeof fault === 'string' && Object.hasOwn(MSISDN_FAULTS, fault)
    ? (fault as MsisdnFault) // just looked up
    : undefined;
}

/** @returns undefined where the value has no such member */
export function memberOf(value: unknown, member: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined;
  return (value as Record<PropertyKey, unknown>)[member]; // just looked up
}
