import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Config, finishSignIn, readConfig, sessionOfKey, signIn, takeKeyFromAddress } from '../src/session';

const signinRedirect = vi.fn();
const signinRedirectCallback = vi.fn();
vi.mock('oidc-client-ts', () => ({
  InMemoryWebStorage: class {},
  WebStorageStateStore: class {},
  UserManager: class {
    signinRedirect = signinRedirect;
    signinRedirectCallback = signinRedirectCallback;
  },
}));

const replaceState = vi.fn();
const stored = new Map<string, string>();

function openAt(address: string) {
  const { href, pathname, search, hash } = new URL(address, 'https://audit.example.com');
  vi.stubGlobal('location', { href, pathname, search, hash });
}

beforeEach(() => {
  vi.clearAllMocks();
  stored.clear();
  vi.stubGlobal('history', { replaceState });
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => stored.set(name, value),
    removeItem: (name: string) => stored.delete(name),
  });
  openAt('/portal/');
});

describe('sessionOfKey', () => {
  it('reads the tenant from a key', () => {
    expect(sessionOfKey(' la_acme_k1_s3cret ')).toEqual({ token: 'la_acme_k1_s3cret', tenant: 'acme', name: 'k1' });
  });

  it('keeps a secret that has an underscore whole', () => {
    expect(sessionOfKey('la_acme_k1_s3_cret')?.token).toBe('la_acme_k1_s3_cret');
  });

  it.each(['', 'hello', 'la_acme', 'la_acme_k1', 'la_acme_k1_', 'la__k1_secret', 'xx_acme_k1_secret'])(
    'refuses %j',
    (key) => {
      expect(sessionOfKey(key)).toBeNull();
    },
  );

  it("refuses an operator's key, which has no tenant", () => {
    expect(sessionOfKey('la_operator_k1_secret')).toBeNull();
  });
});

describe('takeKeyFromAddress', () => {
  it('takes the key and removes it from the address', () => {
    openAt('/portal/downloads?days=30#key=la_acme_k1_secret');

    expect(takeKeyFromAddress()).toEqual({ token: 'la_acme_k1_secret', tenant: 'acme', name: 'k1' });
    expect(replaceState).toHaveBeenCalledWith(null, '', '/portal/downloads?days=30');
  });

  it('removes a key that is wrong as well', () => {
    openAt('/portal/#key=wrong');

    expect(takeKeyFromAddress()).toBeNull();
    expect(replaceState).toHaveBeenCalledWith(null, '', '/portal/');
  });

  it('leaves an address without a key as it is', () => {
    openAt('/portal/#list');

    expect(takeKeyFromAddress()).toBeNull();
    expect(replaceState).not.toHaveBeenCalled();
  });
});

describe('readConfig', () => {
  it('reads the issuers', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ issuers: [{ authority: 'https://id.example.com' }] }));

    expect(await readConfig()).toEqual({ issuers: [{ authority: 'https://id.example.com' }] });
  });

  it('has no issuer where the app answers with an error', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 503 }));

    expect(await readConfig()).toEqual({ issuers: [] });
  });
});

describe('sign-in with an issuer', () => {
  const byClaim = { authority: 'https://id.example.com', clientId: 'portal', scope: 'openid', tenantClaim: 'orgs' };
  const ofAcme = { authority: 'https://acme.example.com', clientId: 'portal', scope: 'openid', tenant: 'acme' };
  const config: Config = { issuers: [byClaim, ofAcme] };
  const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
  const answers = (claims: object, profile: object) =>
    signinRedirectCallback.mockResolvedValue({ state: '/portal/?days=30', access_token: token(claims), profile });

  it('remembers the issuer and where the person was', async () => {
    openAt('/portal/downloads?days=30');

    await signIn(config, ofAcme);

    expect(stored.get('loginaudit.issuer')).toBe('1');
    expect(signinRedirect).toHaveBeenCalledWith({ state: '/portal/downloads?days=30' });
  });

  it('gives a session of the one tenant that the issuer speaks for', async () => {
    openAt('/portal/?code=c&state=s');
    stored.set('loginaudit.issuer', '1');
    answers({}, { sub: 'u1', preferred_username: 'kim' });

    const finished = await finishSignIn(config);

    expect(finished?.session).toEqual({ token: token({}), tenant: 'acme', name: 'kim' });
    expect(finished?.choices).toEqual(['acme']);
    expect(replaceState).toHaveBeenCalledWith(null, '', '/portal/?days=30');
    expect(stored.has('loginaudit.issuer')).toBe(false);
  });

  it.each([
    [{ orgs: ['acme', '한국', 7] }, ['acme', '한국']],
    [{ orgs: 'acme' }, ['acme']],
    [{ orgs: null }, []],
    [{}, []],
  ])('reads the tenants of the claim in %j', async (claims, choices) => {
    openAt('/portal/?code=c&state=s');
    stored.set('loginaudit.issuer', '0');
    answers(claims, { sub: 'u1', name: 'Kim' });

    const finished = await finishSignIn(config);

    expect(finished?.choices).toEqual(choices);
    expect(finished?.session.tenant).toBe(choices[0] ?? '');
    expect(finished?.session.name).toBe('Kim');
  });

  it('clears the address when the issuer refuses', async () => {
    openAt('/portal/?error=access_denied&state=s');
    stored.set('loginaudit.issuer', '0');
    signinRedirectCallback.mockRejectedValue(new Error('access_denied'));

    await expect(finishSignIn(config)).rejects.toThrow('access_denied');
    expect(replaceState).toHaveBeenCalledWith(null, '', '/portal/');
  });

  it.each(['/portal/', '/portal/?state=s', '/portal/?code=c'])('has nothing to finish at %s', async (address) => {
    openAt(address);
    stored.set('loginaudit.issuer', '0');

    expect(await finishSignIn(config)).toBeNull();
  });

  it('has nothing to finish where no issuer was asked', async () => {
    openAt('/portal/?code=c&state=s');

    expect(await finishSignIn(config)).toBeNull();
  });
});
