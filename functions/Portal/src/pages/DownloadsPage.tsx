import { Badge, Button, ProgressBar } from '@fluentui/react-components';
import { ArrowDownloadRegular, DeleteRegular, DismissRegular } from '@fluentui/react-icons';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ExportView, take } from '../api/client';
import { fill, useFormat, useView } from '../view';
import { Empty, Failed, Loading } from './States';

const colors = {
  queued: 'informative',
  running: 'brand',
  ready: 'success',
  failed: 'danger',
  cancelled: 'subtle',
  expired: 'subtle',
} as const;

const isOpen = (job: ExportView) => job.state === 'queued' || job.state === 'running';

/** The Log Download list; it looks again while anything in it is on its way. */
export default function DownloadsPage() {
  const { t, api, path } = useView();
  const queries = useQueryClient();
  const list = useInfiniteQuery({
    queryKey: ['exports', path.tenant],
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/tenants/{tenant}/exports', {
          params: { path, query: { ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.exports.some(isOpen)) ? 1000 : false),
  });
  const changed = () => queries.invalidateQueries({ queryKey: ['exports'] });
  const download = useMutation({
    mutationFn: (exportId: string) =>
      take(api.POST('/v1/tenants/{tenant}/exports/{exportId}/link', { params: { path: { ...path, exportId } } })),
    onSuccess: ({ url }) => location.assign(url),
    onError: changed,
  });
  const remove = useMutation({
    mutationFn: (exportId: string) =>
      take(api.DELETE('/v1/tenants/{tenant}/exports/{exportId}', { params: { path: { ...path, exportId } } })),
    onSettled: changed,
  });

  const jobs = list.data?.pages.flatMap((page) => page.exports) ?? [];
  const error = download.error ?? remove.error;
  return (
    <>
      <div className="title">
        <h1>{t.downloads}</h1>
      </div>
      {error && <Failed error={error} />}
      <section id="list" tabIndex={-1} aria-label={t.downloads}>
        {list.isPending && <Loading />}
        {list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && jobs.length === 0 && <Empty title={t.noDownloads} text={t.noDownloadsText} />}
        <ul className="jobs">
          {jobs.map((job) => (
            <Job
              key={job.id}
              job={job}
              onDownload={() => download.mutate(job.id)}
              onRemove={() => (isOpen(job) || confirm(t.deleteText)) && remove.mutate(job.id)}
            />
          ))}
        </ul>
        {list.hasNextPage && (
          <div className="foot">
            <Button onClick={() => void list.fetchNextPage()}>{t.more}</Button>
          </div>
        )}
      </section>
    </>
  );
}

function Job({ job, onDownload, onRemove }: { job: ExportView; onDownload: () => void; onRemove: () => void }) {
  const { t } = useView();
  const format = useFormat();
  return (
    <li className="job">
      <div className="grow">
        <div className="cut" title={job.description}>
          <bdi>{job.description}</bdi>
        </div>
        <small>
          {t.formats[job.format]}
          {job.gzip ? ' · gzip' : ''} · {t.requested} {format.short(job.requestedAt)}{' '}
          <bdi>{fill(t.by, job.requestedByName ?? job.requestedBy)}</bdi>
        </small>
        {job.failure && <div role="alert">{job.failure}</div>}
        {job.state === 'running' && (
          <ProgressBar value={job.progress} aria-label={`${t.states.running}: ${format.percent(job.progress)}`} />
        )}
      </div>
      <dl>
        <div>
          <dt>{t.state}</dt>
          <dd>
            <Badge appearance="tint" color={colors[job.state]}>
              {t.states[job.state]}
            </Badge>
          </dd>
        </div>
        <div>
          <dt>{t.rows}</dt>
          <dd>{format.number(job.rows)}</dd>
        </div>
        {job.bytes != null && (
          <div>
            <dt>{t.size}</dt>
            <dd>{format.bytes(job.bytes)}</dd>
          </div>
        )}
        {job.state === 'ready' && job.expiresAt && (
          <div>
            <dt>{t.expires}</dt>
            <dd>{format.short(job.expiresAt)}</dd>
          </div>
        )}
      </dl>
      <div className="actions">
        {job.state === 'ready' && (
          <Button appearance="primary" icon={<ArrowDownloadRegular />} onClick={onDownload}>
            {t.download}
          </Button>
        )}
        <Button icon={isOpen(job) ? <DismissRegular /> : <DeleteRegular />} onClick={onRemove}>
          {isOpen(job) ? t.cancel : t.delete}
        </Button>
      </div>
    </li>
  );
}
