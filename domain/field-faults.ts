/** What can be wrong with one field of a request, besides what `MSISDN_FAULTS` tells of a number. */
export const FIELD_FAULTS = {
  missing: 'A value is required here.',
  unknown_field: 'There is no such field; nothing was ignored in silence.',
  wrong_type: 'The value is of the wrong type.',
  invalid_format: 'The value is not in the form that is asked for.',
  too_long: 'The value is too long.',
  too_short: 'The value is too short.',
  contains_msisdn: 'An id must not contain the subscriber’s number: ids are written into logs and addresses.',
  unknown_package: 'There is no such package. GET /v1/packages lists what you may sell now.',
  package_not_yet_on_sale: 'This package is not on sale yet. GET /v1/packages lists what you may sell now.',
  package_no_longer_on_sale:
    'This package is no longer on sale. GET /v1/packages lists what you may sell now.',
  package_not_sold_in_this_form:
    'This package is not sold in your contract’s payment form. GET /v1/packages lists what you may sell now.',
} as const;

export type FieldFault = keyof typeof FIELD_FAULTS;
export const FIELD_FAULT_CODES = Object.keys(FIELD_FAULTS) as [FieldFault, ...FieldFault[]]; // the literal's keys
