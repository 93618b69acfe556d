// The OpenID Provider of Lumen & Oak, for development and tests. See README.md.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { installTestDoors, setClock } from './doors.mjs';
import { configuration } from './configuration.mjs';
import { installPages } from './pages.mjs';

const env = process.env;

/** One RSA key for ID tokens and one elliptic key for access tokens; kept in `file` if given. */
async function signingKeys(file) {
  if (file && fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8'));
  const keys = await Promise.all(['RS256', 'ES256'].map(newKey));
  if (file) fs.writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

async function newKey(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), use: 'sig', alg, kid: `${alg}-${Date.now()}` };
}

function newServer() {
  if (!env.TLS_KEY) return { scheme: 'http', server: http.createServer() };
  const files = { key: fs.readFileSync(env.TLS_KEY), cert: fs.readFileSync(env.TLS_CERT) };
  return { scheme: 'https', server: https.createServer(files) };
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.address().port));
  });
}

/** Ends with the program that started us: its end of the pipe closes even when it is killed. */
function endWithParent() {
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  process.stdin.resume();
}

setClock(Number(env.CLOCK_OFFSET ?? 0));
if (env.END_WITH_PARENT) endWithParent();
const { scheme, server } = newServer();
const issuer = `${scheme}://127.0.0.1:${await listen(server, Number(env.PORT ?? 0))}`;
const keys = await signingKeys(env.KEYS);
const accessTtl = Number(env.ACCESS_TTL ?? 300);
const provider = new Provider(issuer, configuration({ keys, accessTtl }));
provider.on('server_error', (_, error) => console.error(error));
installTestDoors(provider, keys);
installPages(provider);
server.on('request', provider.callback());
console.log(`provider ready ${issuer}`);
