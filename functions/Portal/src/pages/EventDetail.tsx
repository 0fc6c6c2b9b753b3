import { Button, DrawerBody, DrawerHeader, DrawerHeaderTitle, OverlayDrawer } from '@fluentui/react-components';
import { DismissRegular, SearchRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type LoginEvent, take } from '../api/client';
import { type Condition, type Search, withCondition } from '../search';
import { describe, fill, useFormat, useView } from '../view';
import { Failed, Loading } from './States';

interface Props {
  event: LoginEvent;
  onClose: () => void;
  onSearch: (next: (search: Search) => Search) => void;
}

/** One sign-in with all that is known of it; the payload is read with it. */
export default function EventDetail({ event, onClose, onSearch }: Props) {
  const { t, api, path } = useView();
  const format = useFormat();
  const whole = useQuery({
    queryKey: ['event', path.tenant, event.id],
    queryFn: ({ signal }) =>
      take(
        api.GET('/v1/tenants/{tenant}/events/{eventId}', { params: { path: { ...path, eventId: event.id } }, signal }),
      ),
  });
  const rows: [string, string | undefined, (Condition | undefined)?][] = [
    [t.occurredAt, `${format.time(event.occurredAt)} (${event.occurredAt})`],
    [t.userName, event.userName],
    [t.loginId, event.loginId, of('user', event.loginId)],
    [t.userId, event.userId, of('user', event.userId)],
    [t.ip, event.ip, of('ip', event.ip)],
    [t.eventType, t.types[event.eventType], of('eventType', event.eventType)],
    [t.result, t.results[event.result], of('result', event.result)],
    [t.reason, event.reason && t.reasons[event.reason], of('reason', event.reason)],
    [t.reasonRaw, event.reasonRaw],
    [t.method, event.loginMethod && t.methods[event.loginMethod], of('method', event.loginMethod)],
    [t.service, t.services[event.serviceType], of('service', event.serviceType)],
    [t.application, event.application],
    [t.country, event.country],
    [t.city, event.city],
    [t.asn, event.asn === undefined ? undefined : String(event.asn)],
    [t.riskLevel, event.riskLevel],
    [t.userAgent, event.userAgent],
    [t.sessionId, event.sessionId],
    [t.correlationId, event.correlationId],
    [t.source, event.source, of('source', event.source)],
    [t.sourceEventId, event.sourceEventId],
    [t.receivedAt, `${format.time(event.receivedAt)} (${event.receivedAt})`],
    [t.id, event.id],
  ];

  return (
    <OverlayDrawer open position="end" size="medium" onOpenChange={(_, data) => !data.open && onClose()}>
      <DrawerHeader>
        <DrawerHeaderTitle
          action={<Button appearance="subtle" icon={<DismissRegular />} aria-label={t.close} onClick={onClose} />}
        >
          {describe(event, t)}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>
        <dl className="detail">
          {rows.map(([label, value, condition]) =>
            value === undefined ? null : (
              <div key={label}>
                <dt>{label}</dt>
                <dd>
                  <bdi>{value}</bdi>
                  {condition && (
                    <Button
                      size="small"
                      appearance="subtle"
                      icon={<SearchRegular />}
                      aria-label={`${t.filterThis}: ${fill(t.filterBy, label)}`}
                      title={t.filterThis}
                      onClick={() => onSearch((search) => withCondition(search, condition))}
                    />
                  )}
                </dd>
              </div>
            ),
          )}
        </dl>
        <h2>{t.raw}</h2>
        {whole.isPending && <Loading />}
        {whole.isError && <Failed error={whole.error} retry={() => void whole.refetch()} />}
        {whole.data?.rawDropped && <p>{t.rawDropped}</p>}
        {whole.data?.raw !== undefined && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
          <pre className="raw" tabIndex={0}>
            {JSON.stringify(whole.data.raw, null, 2)}
          </pre>
        )}
      </DrawerBody>
    </OverlayDrawer>
  );
}

const of = (field: Condition['field'], value: string | undefined): Condition | undefined =>
  value === undefined ? undefined : { field, value, excluded: false };
