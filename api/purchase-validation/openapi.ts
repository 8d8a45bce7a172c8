import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { answer, channelProblems, SECURITY } from '../docs/responses';
import { NOTHING_SOLD } from '../eligibility/openapi';
import { ACCEPTED_PURCHASE } from '../purchases/examples';
import { validationRequestSchema, validationSchema, type ValidationResource } from './schemas';

const SHOWN_OFFER = {
  package: ACCEPTED_PURCHASE.package,
  faceValue: ACCEPTED_PURCHASE.faceValue,
  discount: ACCEPTED_PURCHASE.discount,
  payable: ACCEPTED_PURCHASE.payable,
  paymentForm: ACCEPTED_PURCHASE.paymentForm,
  msisdn: ACCEPTED_PURCHASE.msisdn,
};

/** A purchase that would be taken. */
const ELIGIBLE: ValidationResource = {
  eligibility: 'eligible',
  reason: null,
  ...SHOWN_OFFER,
  acceptedBefore: false,
};

/** A purchase that MobiFone would refuse. */
const NOT_ELIGIBLE: ValidationResource = {
  ...ELIGIBLE,
  eligibility: 'refused',
  reason: {
    code: 'package_already_active',
    message: { vi: 'Thuê bao đang sử dụng gói này.', en: 'The subscriber already has this package.' },
  },
};

export function document(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: 'post',
    path: '/v1/purchases/validate',
    operationId: 'validatePurchase',
    tags: ['Eligibility'],
    summary: 'Validate a purchase without buying',
    description: `Applies the same checks as a submission; \`eligibility\` says whether MobiFone would accept the sale. ${NOTHING_SOLD}`,
    security: SECURITY,
    request: {
      body: { required: true, content: { 'application/json': { schema: validationRequestSchema } } },
    },
    responses: {
      200: answer('The price, and whether MobiFone would accept the sale.', validationSchema, {
        eligible: ELIGIBLE,
        refused: NOT_ELIGIBLE,
      }),
      ...channelProblems(
        'invalid_request',
        'package_not_available',
        'sales_paused',
        'number_blocked',
        'external_id_conflict',
      ),
    },
  });
}
