// The doors only a test provider has: what was asked of it, a clock that can be moved, and ID
// tokens that are wrong on purpose.
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK } from 'jose';

const realNow = Date.now.bind(Date);
const LOGGED = new Set(['/auth', '/token', '/token/revocation']);

/** Puts the provider's clock `seconds` ahead (negative: behind) of the machine's. */
export function setClock(seconds) {
  Date.now = () => realNow() + seconds * 1000;
}

/** Adds the doors; README.md lists them. */
export function installTestDoors(provider, keys) {
  const log = [];
  let change;
  const doors = {
    'GET /test/log': () => log,
    'POST /test/clock': (query) => setClock(Number(query.ahead)),
    'POST /test/next-id-token': (query) => {
      change = { ...query };
    },
  };
  provider.use(async (ctx, next) => {
    ctx.set('Date', new Date(Date.now()).toUTCString());
    const door = doors[`${ctx.method} ${ctx.path}`];
    if (door) {
      ctx.body = door(ctx.query) ?? null;
      return;
    }
    await next();
    if (LOGGED.has(ctx.path)) log.push(entry(ctx));
    if (change && ctx.body?.id_token) {
      ctx.body.id_token = await changed(ctx.body.id_token, change, keys);
      change = undefined;
    }
  });
}

function entry(ctx) {
  return {
    path: ctx.path,
    client: ctx.oidc?.client?.clientId ?? null,
    grant: ctx.oidc?.params?.grant_type ?? null,
    status: ctx.status,
    at: new Date(Date.now()).toISOString(),
  };
}

/** The token with other claims; `key=unknown` signs with a foreign key, `alg=none` not at all. */
async function changed(token, { key, alg, ...claims }, keys) {
  const payload = { ...decodeJwt(token), ...claims };
  if (alg === 'none') return new UnsecuredJWT(payload).encode();
  const header = decodeProtectedHeader(token);
  const own = keys.find(({ kid }) => kid === header.kid);
  const foreign = key === 'unknown' && (await generateKeyPair(header.alg)).privateKey;
  return new SignJWT(payload)
    .setProtectedHeader(header)
    .sign(foreign || (await importJWK(own, header.alg)));
}
