import { Button, Tooltip } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Page } from '../App';
import { type LoginEvent, take } from '../api/client';
import { part } from '../part';
import { fromAddress, type Search, toAddress, toQuery } from '../search';
import { fill, useFormat, useView } from '../view';
import { EventList } from './EventList';
import { SearchForm } from './SearchForm';
import { Empty, Failed, Loading } from './States';
import { SummaryPanel } from './SummaryPanel';

const EventDetail = part('detail', () => import('./EventDetail'));
const DownloadDialog = part('download', () => import('./DownloadDialog'));

/** A search that finds less than this goes on by itself. */
const enough = 10;

export function LoginPage({ go }: { go: (page: Page) => void }) {
  const { t } = useView();
  const [search, setSearch] = useSearch();
  const [detail, setDetail] = useState<LoginEvent | null>(null);
  const [downloading, setDownloading] = useState(false);

  return (
    <>
      <div className="title">
        <h1>{t.login}</h1>
        <Tooltip content={t.requestText} relationship="description">
          <Button icon={<ArrowDownloadRegular />} onClick={() => setDownloading(true)}>
            {t.download}
          </Button>
        </Tooltip>
      </div>
      <SearchForm search={search} onSearch={setSearch} />
      <SummaryPanel search={search} onSearch={setSearch} />
      <Results search={search} onSearch={setSearch} onOpen={setDetail} />
      <div className="floating">
        {detail && (
          <EventDetail
            event={detail}
            onClose={() => setDetail(null)}
            onSearch={(next) => {
              setDetail(null);
              setSearch(next(search));
            }}
          />
        )}
        {downloading && (
          <DownloadDialog search={search} onClose={() => setDownloading(false)} onRequested={() => go('downloads')} />
        )}
      </div>
    </>
  );
}

interface ResultsProps {
  search: Search;
  onSearch: (search: Search) => void;
  onOpen: (event: LoginEvent) => void;
}

function Results({ search, onSearch, onOpen }: ResultsProps) {
  const { t, api, path, zone } = useView();
  const format = useFormat();
  const [stopped, setStopped] = useState(false);
  const query = toQuery(search, zone);
  const found = useInfiniteQuery({
    queryKey: ['events', path.tenant, query],
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/tenants/{tenant}/events', {
          params: { path, query: { ...query, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const events = found.data?.pages.flatMap((page) => page.events) ?? [];
  const last = found.data?.pages.at(-1);
  const goesOn = found.hasNextPage && !found.isPlaceholderData && !found.isError && !stopped && events.length < enough;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another search starts anew.
  useEffect(() => setStopped(false), [search]);
  useEffect(() => {
    if (goesOn && !found.isFetching) void found.fetchNextPage();
  }, [goesOn, found]);

  if (found.isPending) return <Loading />;
  const through =
    last && !last.complete
      ? fill(search.oldestFirst ? t.searchedTo : t.searchedThrough, format.short(last.searchedThrough))
      : null;
  return (
    <section id="list" tabIndex={-1} aria-label={t.login} aria-busy={found.isFetching}>
      {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
      {events.length > 0 && <EventList events={events} search={search} onSearch={onSearch} onOpen={onOpen} />}
      {events.length === 0 && last?.complete && !found.isFetching && <Empty title={t.none} text={t.noneText} />}
      <div className="foot" role="status">
        {events.length > 0 && <span>{fill(t.shown, format.number(events.length))}</span>}
        {last?.complete && events.length > 0 && <span>{t.end}</span>}
        {goesOn ? (
          <>
            <Loading label={through ?? t.loading} />
            <Button onClick={() => setStopped(true)}>{t.stop}</Button>
          </>
        ) : (
          found.hasNextPage && (
            <>
              {events.length < enough && through && <span>{through}</span>}
              <Button
                disabled={found.isFetching}
                onClick={() => (stopped ? setStopped(false) : void found.fetchNextPage())}
              >
                {stopped ? t.goOn : t.more}
              </Button>
            </>
          )
        )}
      </div>
    </section>
  );
}

/** The search in the address bar, so that it can be kept and sent. */
function useSearch(): [Search, (search: Search) => void] {
  const [search, setSearch] = useState(() => fromAddress(location.search));
  useEffect(() => {
    const changed = () => setSearch(fromAddress(location.search));
    addEventListener('popstate', changed);
    return () => removeEventListener('popstate', changed);
  }, []);
  return [
    search,
    (next) => {
      const address = toAddress(next);
      if (address !== location.search) history.pushState(null, '', location.pathname + address);
      setSearch(next);
    },
  ];
}
