import type { UserManager } from 'oidc-client-ts';

/** Who is signed in. Kept in memory only: a new page is a new session. */
export interface Session {
  token: string;
  tenant: string;
  name: string;
}

interface Issuer {
  authority: string;
  clientId: string;
  scope: string;
  tenant?: string;
  tenantClaim?: string;
}

export interface Config {
  issuers: Issuer[];
}

export async function readConfig(): Promise<Config> {
  const answer = await fetch('/portal/config.json');
  return answer.ok ? ((await answer.json()) as Config) : { issuers: [] };
}

/** An API key tells its own tenant: `la_{tenant}_{id}_{secret}`. */
export function sessionOfKey(key: string): Session | null {
  const [prefix, tenant, id, secret] = key.trim().split('_', 4);
  return prefix === 'la' && tenant && id && secret && tenant !== 'operator'
    ? { token: key.trim(), tenant, name: id }
    : null;
}

/** The key in a sign-in link (`#key=…`), which leaves the address bar at once. */
export function takeKeyFromAddress(): Session | null {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return sessionOfKey(key);
}

const asked = 'loginaudit.issuer';

/** Goes to the issuer, and comes back to where the person was. */
export async function signIn(config: Config, issuer: Issuer): Promise<void> {
  sessionStorage.setItem(asked, String(config.issuers.indexOf(issuer)));
  const manager = await managerOf(issuer);
  await manager.signinRedirect({ state: location.pathname + location.search });
}

/** What the issuer answered, where the page was called with that. */
export async function finishSignIn(config: Config): Promise<{ session: Session; choices: string[] } | null> {
  const query = new URLSearchParams(location.search);
  const issuer = config.issuers[Number(sessionStorage.getItem(asked) ?? -1)];
  if (!issuer || !query.has('state') || !(query.has('code') || query.has('error'))) return null;
  sessionStorage.removeItem(asked);
  let back = '/portal/';
  try {
    const user = await (await managerOf(issuer)).signinRedirectCallback();
    back = String(user.state);
    const choices = tenantsOf(issuer, user.access_token);
    const name = user.profile.name ?? user.profile.preferred_username ?? user.profile.sub;
    return { session: { token: user.access_token, tenant: choices[0] ?? '', name }, choices };
  } finally {
    history.replaceState(null, '', back);
  }
}

async function managerOf(issuer: Issuer): Promise<UserManager> {
  const { InMemoryWebStorage, UserManager, WebStorageStateStore } = await import('oidc-client-ts');
  return new UserManager({
    authority: issuer.authority,
    client_id: issuer.clientId,
    scope: issuer.scope,
    redirect_uri: new URL('/portal/', location.href).href,
    automaticSilentRenew: false,
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
  });
}

function tenantsOf(issuer: Issuer, accessToken: string): string[] {
  if (issuer.tenant) return [issuer.tenant];
  const payload = accessToken.split('.')[1] ?? '';
  const claims = JSON.parse(
    new TextDecoder().decode(
      Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)),
    ),
  ) as Record<string, unknown>;
  const claim = claims[issuer.tenantClaim ?? ''];
  return (Array.isArray(claim) ? claim : [claim]).filter((tenant): tenant is string => typeof tenant === 'string');
}
