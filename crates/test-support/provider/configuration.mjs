// What this provider offers: the app as a public native client, the agent's portal as a confidential one, rotation,
// step-up, JWT access tokens.
import { randomUUID } from 'node:crypto';
import { interactionPolicy } from 'oidc-provider';
import { people } from './people.mjs';

const AUDIENCE = 'urn:deskside:agent';
const SCOPES = ['openid', 'offline_access', 'profile', 'email', 'groups'];
export const PASSWORD = 'urn:deskside:pwd';
export const MULTI_FACTOR = 'urn:deskside:mfa';

/** Native too, so that the portal may be on any port of this machine. */
const portal = {
  client_id: 'deskside-portal',
  client_name: 'Deskside portal',
  client_secret: 'not-a-secret',
  application_type: 'native',
  token_endpoint_auth_method: 'client_secret_basic',
  redirect_uris: ['http://127.0.0.1/portal/callback'],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  require_auth_time: true,
};

const client = {
  client_id: 'deskside',
  client_name: 'Deskside',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://127.0.0.1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  require_auth_time: true,
};

/** Asks for the login again when the strength asked for (`acr_values`) was not reached yet. */
function policy() {
  const { Check, base } = interactionPolicy;
  const prompts = base();
  const wants = (ctx) => (ctx.oidc.params.acr_values ?? '').split(' ').includes(MULTI_FACTOR);
  prompts.get('login').checks.add(
    new Check(
      'step_up_needed',
      'a stronger sign-in is needed',
      'login_required',
      (ctx) => wants(ctx) && ctx.oidc.acr !== MULTI_FACTOR,
      () => ({ acr: { essential: true, values: [MULTI_FACTOR] } }),
    ),
  );
  // The library always asks before it answers a native client; this is the company's own app.
  prompts.get('consent').checks.remove('native_client_prompt');
  return prompts;
}

/** The company's own client needs no consent page: everything it may ask for is granted. */
async function grantForOwnClient(ctx) {
  const { client: asking, session, provider } = ctx.oidc;
  const known = session.grantIdFor(asking.clientId);
  const grant =
    (known && (await provider.Grant.find(known))) ??
    new provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPES.join(' '));
  grant.addResourceScope(AUDIENCE, SCOPES.join(' '));
  await grant.save();
  return grant;
}

/** What the agent reads from an access token beside the claims of RFC 9068. */
function accessTokenClaims(ctx, token) {
  const { AuthorizationCode, RefreshToken } = ctx.oidc.entities;
  const source = AuthorizationCode ?? RefreshToken;
  const { name, groups } = people.get(token.accountId) ?? {};
  return { name, groups, auth_time: source?.authTime, acr: source?.acr, amr: source?.amr };
}

const resourceIndicators = (accessTtl) => ({
  enabled: true,
  defaultResource: () => AUDIENCE,
  useGrantedResource: () => true,
  getResourceServerInfo: () => ({
    scope: SCOPES.join(' '),
    audience: AUDIENCE,
    accessTokenFormat: 'jwt',
    accessTokenTTL: accessTtl,
    jwt: { sign: { alg: 'ES256' } },
  }),
});

const DAY = 86_400;

export const configuration = ({ keys, accessTtl }) => ({
  jwks: { keys },
  cookies: { keys: [randomUUID()] },
  clients: [client, portal],
  findAccount: (_, id) => people.has(id) && { accountId: id, claims: () => people.get(id) },
  claims: {
    openid: ['sub'],
    profile: ['name', 'preferred_username', 'manager'],
    email: ['email', 'email_verified'],
    groups: ['groups'],
    acr: null,
    auth_time: null,
    amr: null,
  },
  conformIdTokenClaims: false,
  scopes: SCOPES,
  acrValues: [PASSWORD, MULTI_FACTOR],
  pkce: { required: () => true },
  interactions: { policy: policy(), url: (_, { uid }) => `/sign-in/${uid}` },
  loadExistingGrant: grantForOwnClient,
  extraTokenClaims: accessTokenClaims,
  rotateRefreshToken: true,
  // The library drops `offline_access` without a consent page, which our client does not get.
  issueRefreshToken: (_, asking) => asking.grantTypeAllowed('refresh_token'),
  expiresWithSession: () => false,
  ttl: {
    AccessToken: accessTtl,
    IdToken: 300,
    RefreshToken: 14 * DAY,
    Session: DAY,
    Interaction: 600,
    Grant: 14 * DAY,
  },
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    claimsParameter: { enabled: true },
    resourceIndicators: resourceIndicators(accessTtl),
  },
});
