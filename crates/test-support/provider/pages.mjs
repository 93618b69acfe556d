// The sign-in page of Lumen & Oak: one form, and a way out.
import { MULTI_FACTOR, PASSWORD } from './configuration.mjs';
import { people } from './people.mjs';

const ONE_TIME_CODE = '000000';
const PATH = /^\/sign-in\/([\w-]+)(\/cancel)?$/;

/** Serves `/sign-in/:uid`, where the provider sends a browser that has to do something. */
export function installPages(provider) {
  provider.use(async (ctx, next) => {
    const match = PATH.exec(ctx.path);
    if (!match) return next();
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    const result = match[2] ? refused() : await signIn(ctx, interaction);
    if (result) await finish(provider, ctx, result);
  });
}

const refused = () => ({ error: 'access_denied', error_description: 'the person pressed cancel' });

/** The result of the form; nothing while the page still has to be filled in. */
async function signIn(ctx, { uid, prompt }) {
  const needsCode = prompt.details?.acr?.values?.includes(MULTI_FACTOR) ?? false;
  const form = ctx.method === 'POST' ? await read(ctx.req) : undefined;
  const problem = form && problemWith(form, needsCode);
  if (form && !problem) return { login: loginOf(form) };
  ctx.status = problem ? 401 : 200;
  ctx.type = 'html';
  ctx.set('Cache-Control', 'no-store');
  ctx.body = page({ uid, needsCode, problem, login: form?.get('login') ?? '' });
  return undefined;
}

function problemWith(form, needsCode) {
  const login = form.get('login');
  if (!people.has(login) || form.get('password') !== login) {
    return 'User name or password is wrong.';
  }
  const code = form.get('code');
  if ((needsCode || code) && code !== ONE_TIME_CODE) return 'The code is wrong.';
  return undefined;
}

function loginOf(form) {
  const strong = form.get('code') === ONE_TIME_CODE;
  return {
    accountId: form.get('login'),
    acr: strong ? MULTI_FACTOR : PASSWORD,
    amr: strong ? ['pwd', 'otp'] : ['pwd'],
    remember: true,
  };
}

async function finish(provider, ctx, result) {
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
}

async function read(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return new URLSearchParams(body);
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]);

const codeField = `
      <label for="code">Code from your authenticator</label>
      <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required>`;

const page = ({ uid, needsCode, problem, login }) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Lumen &amp; Oak sign-in</title>
  <style>${style}</style>
</head>
<body>
  <main>
    <p class="company"><span aria-hidden="true"></span>Lumen &amp; Oak</p>
    <h1>Sign in</h1>
    <p class="client">to continue to Deskside</p>
    ${problem ? `<p class="problem" role="alert">${problem}</p>` : ''}
    <form method="post" action="/sign-in/${uid}">
      <label for="login">User name</label>
      <input id="login" name="login" value="${escape(login)}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required>${needsCode ? codeField : ''}
      <button type="submit">Sign in</button>
    </form>
    <p class="cancel"><a id="cancel" href="/sign-in/${uid}/cancel">Cancel</a></p>
  </main>
</body>
</html>
`;

const style = `
  :root {
    color-scheme: light dark;
    --page: light-dark(#f3f5f0, #151a16);
    --card: light-dark(#ffffff, #1e2620);
    --text: light-dark(#1c241e, #e8ede8);
    --quiet: light-dark(#56625a, #a3b0a7);
    --line: light-dark(#c4cdc6, #465149);
    --accent: light-dark(#22613d, #7fcf9f);
    --on-accent: light-dark(#ffffff, #0d1f14);
    --problem: light-dark(#a3231f, #ff9d96);
  }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
    background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
  main { width: min(100%, 24rem); padding: 2rem; background: var(--card); border-radius: 12px;
    border: 1px solid var(--line); }
  .company { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.5rem; font-weight: 600; }
  .company span { width: 1.4rem; height: 1.4rem; background: var(--accent); border-radius: 50% 50% 50% 4px; }
  h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; }
  .client { margin: .25rem 0 1.5rem; color: var(--quiet); }
  .problem { color: var(--problem); }
  label { display: block; margin: 0 0 .25rem; font-weight: 500; }
  input { width: 100%; margin: 0 0 1rem; padding: .6rem .75rem; font: inherit; color: inherit;
    background: var(--page); border: 1px solid var(--line); border-radius: 8px; }
  button { width: 100%; margin-top: .5rem; padding: .7rem; font: inherit; font-weight: 600; cursor: pointer;
    color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px; }
  .cancel { margin: 1rem 0 0; text-align: center; }
  a { color: var(--accent); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
