import { FluentProvider, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { CallError, connect } from './api/client';
import { Header } from './pages/Header';
import { LoginPage } from './pages/LoginPage';
import { SignIn } from './pages/SignIn';
import { Offline } from './pages/States';
import { part } from './part';
import { type Config, type Session, takeKeyFromAddress } from './session';
import { texts } from './texts';
import { keepPreferences, type Preferences, readPreferences, type View, ViewProvider } from './view';

const DownloadsPage = part('downloads', () => import('./pages/DownloadsPage'));

export type Page = 'login' | 'downloads';

interface Props {
  config: Config;
  session: Session | null;
  tenants: string[];
  failed: boolean;
}

export function App({ config, session: first, tenants, failed }: Props) {
  const [session, setSession] = useState(first);
  const [ended, setEnded] = useState(false);
  const [preferences, setAll] = useState(readPreferences);
  const [page, go] = usePage();
  const dark = useDark(preferences);
  const online = useOnline();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new session starts with an empty cache.
  const queries = useMemo(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 60_000,
            retry: (count, error) => count < 2 && (!(error instanceof CallError) || error.status === 503),
          },
        },
      }),
    [session?.token],
  );
  const t = texts[preferences.language];

  useEffect(() => {
    // A sign-in link that is opened in the same tab changes the hash only.
    const changed = () => {
      const next = takeKeyFromAddress();
      if (next) setSession(next);
    };
    addEventListener('hashchange', changed);
    changed(); // One that was opened between the start of the page and now.
    return () => removeEventListener('hashchange', changed);
  }, []);

  useEffect(() => {
    document.documentElement.lang = preferences.language;
    document.title = `${page === 'login' ? t.login : t.downloads} · LoginAudit`;
  }, [preferences.language, page, t]);

  const view = useMemo<View | null>(() => {
    if (session === null) return null;
    return {
      t,
      language: preferences.language,
      zone: preferences.zone,
      preferences,
      setPreferences: (change) => {
        const next = { ...preferences, ...change };
        keepPreferences(next);
        setAll(next);
      },
      session,
      api: connect(session.token, () => {
        setEnded(true);
        setSession(null);
      }),
      path: { tenant: session.tenant },
    };
  }, [t, preferences, session]);

  return (
    <FluentProvider theme={dark ? webDarkTheme : webLightTheme}>
      <div className="app">
        {view === null ? (
          <SignIn config={config} t={t} ended={ended} failed={failed} onSession={setSession} />
        ) : (
          <QueryClientProvider client={queries}>
            <ViewProvider value={view}>
              <a className="skip" href="#list">
                {t.skip}
              </a>
              <Header
                page={page}
                go={go}
                tenants={tenants}
                onTenant={(tenant) => setSession({ ...view.session, tenant })}
                onSignOut={() => setSession(null)}
              />
              {!online && <Offline />}
              <main>{page === 'login' ? <LoginPage go={go} /> : <DownloadsPage />}</main>
            </ViewProvider>
          </QueryClientProvider>
        )}
      </div>
    </FluentProvider>
  );
}

const pageOfAddress = (): Page => (location.pathname.endsWith('/downloads') ? 'downloads' : 'login');

function usePage(): [Page, (page: Page) => void] {
  const [page, setPage] = useState(pageOfAddress);
  useEffect(() => {
    const changed = () => setPage(pageOfAddress());
    addEventListener('popstate', changed);
    return () => removeEventListener('popstate', changed);
  }, []);
  return [
    page,
    (next) => {
      if (next !== pageOfAddress()) history.pushState(null, '', next === 'login' ? '/portal/' : '/portal/downloads');
      setPage(next);
    },
  ];
}

function useDark({ theme }: Preferences): boolean {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const system = useSyncExternalStore(
    (changed) => {
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => query.matches,
  );
  return theme === 'system' ? system : theme === 'dark';
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      addEventListener('online', changed);
      addEventListener('offline', changed);
      return () => {
        removeEventListener('online', changed);
        removeEventListener('offline', changed);
      };
    },
    () => navigator.onLine,
  );
}
