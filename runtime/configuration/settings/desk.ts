import { httpUrl, port, secret, text } from '../setting-kinds';

/** The operators' desk: where it listens, and who may sign in. */
export const deskSettings = {
  DESK_HOST: text()
    .default('127.0.0.1')
    .describe(
      'Address that the operators’ desk listens on. Another than loopback needs DESK_OIDC_ISSUER, or a DESK_URL on loopback where its port is published there only, as in a container.',
    ),
  DESK_PORT: port(8235).describe('Port of the operators’ desk.'),
  DESK_URL: httpUrl()
    .optional()
    .describe(
      'Where people reach the desk, such as `https://desk.example`: it answers under this name only, and the identity provider sends people back to `/sign-in/callback` there. Unset: the desk’s own address on this machine.',
    ),
  DESK_OIDC_ISSUER: httpUrl()
    .optional()
    .describe(
      'Identity provider (OpenID Connect) of the operators. Unset: whoever reads the desk’s terminal signs in by the one-time link that is printed there, with the role `act`.',
    ),
  DESK_OIDC_CLIENT_ID: text().optional().describe('The desk’s client id at the identity provider.'),
  DESK_OIDC_CLIENT_SECRET: secret()
    .optional()
    .describe('The desk’s client secret at the identity provider. Unset: a public client, by PKCE alone.'),
  DESK_OIDC_ROLE_CLAIM: text()
    .default('roles')
    .describe(
      'Claim of the ID token that holds the role, `look` or `act`: a text, of one or several words separated by blanks or commas, or a list. A dot leads into an object, as in `realm_access.roles`.',
    ),
};
