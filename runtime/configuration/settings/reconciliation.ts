import { signingKeysFault } from '../../signing-keys';
import { reconciliationRules } from '../reconciliation-rules';
import { sourceAddressFault } from '../source-address';
import { choice, matching, secret, text } from '../setting-kinds';

/** Reconciliation: MobiFone's settlement files, when they are compared, and where the reports go. */
export const reconciliationSettings = {
  RECONCILIATION_SOURCE: text()
    .superRefine((address, context) => {
      const fault = sourceAddressFault(address);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .optional()
    .describe(
      'Where settlement files come from: `file:///…/settlement-{date}.csv` or `https://…?date={date}`, with `{kind}` where correction files have a name of their own. If set, each morning reconciles the day before. `npm start` uses the sandbox’s.',
    ),
  RECONCILIATION_SOURCE_TOKEN: secret().optional().describe('Bearer token for an HTTPS source.'),
  RECONCILIATION_ENCODING: choice(['utf-8', 'utf-16le', 'utf-16be', 'windows-1258'])
    .default('utf-8')
    .describe('Character encoding of settlement files that have no byte order mark.'),
  RECONCILIATION_LAYOUT: text()
    .optional()
    .describe(
      'Layout file that says how MobiFone lays out its settlement files, or the name of an example (docs/reconciliation.md). Unset: our own format.',
    ),
  RECONCILIATION_RULES: reconciliationRules().describe(
    'By what each morning, `datacode reconcile` and its `period` compare: `name=value`, comma-separated, of `cut-off-minutes` (30, at most 180), `tolerance` (0; above 1000 only with the next) and `tolerance-total` in đồng, `thousands` (`refuse` or `accept` separators in amounts), and for open breaks `alert-after` (3d) and `alert-amount` (10000000). Options of a command win.',
  ),
  RECONCILIATION_AT: matching(
    /^(off|([01]\d|2[0-3]):[0-5]\d)$/,
    'must be a time of day such as 06:00, or off',
  )
    .default('06:00')
    .describe(
      'When reconciliation starts each morning, Vietnam time. `off` removes its schedule. A file that is missing six hours later raises an alert to operations.',
    ),
  RECONCILIATION_REPORTS: text()
    .optional()
    .describe('Folder of the reports. Unset: `reconciliation` in DATA_DIR.'),
  RECONCILIATION_SIGNING_KEY: text()
    .superRefine((keys, context) => {
      const fault = signingKeysFault(keys);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .optional()
    .describe(
      'Keys that sign reports, statements and archives: a private Ed25519 key (PEM) or a secret (HMAC). The first signs, further ones verify what they signed before. Unset: a digest only.',
    ),
};
