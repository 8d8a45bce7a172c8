import { z } from 'zod';
import { flag, httpUrl, port, secret, text } from '../setting-kinds';

/** `https://ui.example,http://localhost:8233`, each without a path, as browsers send them. */
function origins(given: string | undefined, context: z.core.$RefinementCtx): string[] | undefined {
  const named = given?.split(',').map((origin) => origin.trim());
  for (const origin of named ?? []) {
    if (URL.canParse(origin) && new URL(origin).origin === origin && /^https?:/.test(origin)) continue;
    const shown = origin.includes('@') ? 'the given value' : `"${origin}"`; // it may hold a password
    context.addIssue({ code: 'custom', message: `${shown} is not an origin such as https://ui.example` });
  }
  return named;
}

/** Encryption of what Temporal stores, and the codec server that decrypts it for people. */
export const securitySettings = {
  ENCRYPTION: flag(true).describe(
    'Encrypts payloads before they reach Temporal. With `false`, subscriber numbers are in clear in its database and Web UI.',
  ),
  ENCRYPTION_MAY_END: flag(false).describe(
    'Allows ENCRYPTION to be `false` where a key ring is, or was, in use. Unset: such a process does not start, since others that encrypt refuse what it writes.',
  ),
  ENCRYPTION_KEYS_FILE: text()
    .optional()
    .describe(
      'The key ring. Unset: `encryption-keys.json` in DATA_DIR. It is made for the embedded server; for an outside server, `npx datacode keys create` makes it.',
    ),
  API_CURSOR_SECRET: secret(32)
    .optional()
    .describe(
      'Secret that the cursors of the API’s lists are sealed with where ENCRYPTION is `false`; with encryption, the key ring seals them. The same for all API processes. Unset: a cursor is valid only at the API process that returned it, until that process ends.',
    ),
  ENCRYPTION_CLEAR_TEXT_UNTIL: z.iso
    .datetime({ error: 'must be a moment such as 2026-12-31T00:00:00Z' })
    .transform((text) => new Date(text))
    .optional()
    .describe(
      'Until then payloads in clear are accepted: for data from before encryption was turned on. Unset: they are refused while encryption is on.',
    ),
  CODEC_SERVER_HOST: text()
    .default('127.0.0.1')
    .describe('Address that the codec server listens on. It decrypts payloads for the Web UI.'),
  CODEC_SERVER_PORT: port(8234).describe('Port of the codec server.'),
  CODEC_SERVER_ORIGINS: z
    .string()
    .optional()
    .transform((given, context) => origins(given, context))
    .describe(
      'Origins of the Web UIs that it decrypts for, separated by commas. Unset: the embedded Web UI and that of TEMPORAL_UI_URL.',
    ),
  CODEC_SERVER_TOKEN: secret(16)
    .optional()
    .describe(
      'Bearer token with which a command (`temporal`, by `TEMPORAL_CODEC_AUTH`) may have payloads decrypted.',
    ),
  CODEC_SERVER_JWKS_URL: httpUrl()
    .optional()
    .describe(
      'Key set (JWKS) of the identity provider whose access tokens the Web UI passes on. If set, people are served with such a token only; CODEC_SERVER_TOKEN goes on to be served as well.',
    ),
  CODEC_SERVER_JWT_ISSUER: text().optional().describe('Required issuer (`iss`) of those tokens.'),
  CODEC_SERVER_JWT_AUDIENCE: text().optional().describe('Required audience (`aud`) of those tokens.'),
  CODEC_SERVER_OPEN: flag(false).describe(
    'Allows decryption without a token on an address that is not loopback: for a container whose port is published on loopback only.',
  ),
};
