import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { take } from '../api/client';
import { part } from '../part';
import { type Condition, datesOf, type Search, withCondition } from '../search';
import { fill, useFormat, useView } from '../view';
import { Failed, Loading } from './States';

const Chart = part('chart', () => import('./Chart'));

interface Props {
  search: Search;
  onSearch: (search: Search) => void;
}

/** What happened in the period, to look at and to click on. */
export function SummaryPanel({ search, onSearch }: Props) {
  const { t, api, path, zone } = useView();
  const format = useFormat();
  const period = datesOf(search.period, zone);
  const summary = useQuery({
    queryKey: ['summary', path.tenant, period, zone],
    queryFn: ({ signal }) =>
      take(
        api.GET('/v1/tenants/{tenant}/summary', { params: { path, query: { ...period, tz: zone, top: 5 } }, signal }),
      ),
    refetchInterval: (query) => (query.state.data?.complete === false ? 500 : false),
    placeholderData: keepPreviousData,
  });
  if (summary.isPending) return <Loading label={t.chart} />;
  if (summary.isError) return <Failed error={summary.error} retry={() => void summary.refetch()} />;
  const { data } = summary;
  const only = (...conditions: Condition[]) => onSearch(withCondition(search, ...conditions));
  const failed: Condition = { field: 'result', value: 'failure', excluded: false };

  return (
    <details className="summary-box" open={!matchMedia('(max-width: 760px)').matches}>
      <summary>{t.chart}</summary>
      <section className="summary" aria-label={t.chart}>
        <figure>
          <figcaption>
            <span className="totals">
              {(['success', 'failure', 'interrupted'] as const).map((result) => (
                <span key={result} className={result}>
                  {t[result]} {format.number(data.total[result])}
                </span>
              ))}
            </span>
            <small>{data.complete ? t.chartHint : fill(t.counting, format.short(data.countedFrom))}</small>
          </figcaption>
          <Chart summary={data} onNarrow={(from, to) => onSearch({ ...search, period: { from, to } })} />
        </figure>
        <div className="tops">
          <Top
            title={t.topUsers}
            items={data.users.map(({ user, failures }) => ({
              text: user,
              count: fill(t.times, format.number(failures)),
              apply: () => only({ field: 'user', value: user, excluded: false }, failed),
            }))}
          />
          <Top
            title={t.topIps}
            items={data.addresses.map(({ ip, usersTried, failures }) => ({
              text: ip,
              count: `${fill(t.times, format.number(failures))}, ${fill(t.usersTried, format.number(usersTried))}`,
              apply: () => only({ field: 'ip', value: ip, excluded: false }, failed),
            }))}
          />
          <Top
            title={t.topReasons}
            items={data.reasons.map(({ reason, count }) => ({
              text: t.reasons[reason],
              count: fill(t.times, format.number(count)),
              apply: () => only({ field: 'reason', value: reason, excluded: false }),
            }))}
          />
        </div>
      </section>
    </details>
  );
}

function Top({ title, items }: { title: string; items: { text: string; count: string; apply: () => void }[] }) {
  const { t } = useView();
  return (
    <div className="top">
      <h2>{title}</h2>
      <ol>
        {items.map(({ text, count, apply }) => (
          <li key={text}>
            <button type="button" className="link" aria-label={fill(t.filterBy, text)} title={text} onClick={apply}>
              <bdi className="cut">{text}</bdi>
            </button>
            <span>{count}</span>
          </li>
        ))}
        {items.length === 0 && <li>–</li>}
      </ol>
    </div>
  );
}
