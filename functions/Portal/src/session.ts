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
  return prefix === 'la' && tenant && id && secret && tenant !== 'operator' ? { token: key.trim(), tenant, name: id } : null;
}

/** The key in a sign-in link (`#key=…`), which leaves the address bar at once. */
export function takeKeyFromAddress(): Session | null {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return sessionOfKey(key);
}

/** Goes to the issuer, and comes back to where the person was. */
export async function signIn(config: Config, issuer: Issuer): Promise<void> {
  const manager = await managerOf(issuer);
  await manager.signinRedirect({ state: { issuer: config.issuers.indexOf(issuer), search: location.search, path: location.pathname } });
}

export async function finishSignIn(config: Config): Promise<{ session: Session; choices: string[] } | null> {
  const query = new URLSearchParams(location.search);
  if (!query.has('state') || !(query.has('code') || query.has('error'))) return null;
  for (const issuer of config.issuers) {
    const manager = await managerOf(issuer);
    try {
      const user = await manager.signinRedirectCallback();
      const back = user.state as { search: string; path: string };
      history.replaceState(null, '', back.path + back.search);
      const tenants = tenantsOf(issuer, user.access_token);
      const session = { token: user.access_token, tenant: tenants[0] ?? '', name: user.profile.name ?? user.profile.preferred_username ?? user.profile.sub };
      return { session, choices: tenants };
    } catch (error) {
      if (issuer === config.issuers.at(-1)) throw error;
    }
  }

  return null;
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
  const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)))) as Record<string, unknown>;
  const claim = claims[issuer.tenantClaim ?? ''];
  return (Array.isArray(claim) ? claim : [claim]).filter((tenant): tenant is string => typeof tenant === 'string');
}
