import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Spinner,
} from '@fluentui/react-components';
import { CallError } from '../api/client';
import { useView } from '../view';

export function Loading({ label }: { label?: string }) {
  const { t } = useView();
  return <Spinner className="state" label={label ?? t.loading} labelPosition="below" />;
}

export function Offline() {
  const { t } = useView();
  return (
    <MessageBar intent="warning">
      <MessageBarBody>
        <MessageBarTitle>{t.offline}</MessageBarTitle>
        {t.offlineText}
      </MessageBarBody>
    </MessageBar>
  );
}

export function Empty({ title, text }: { title: string; text: string }) {
  return (
    <div className="state" role="status">
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  );
}

/** What went wrong, and what to do. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useView();
  const call = error instanceof CallError ? error : new CallError(0, String(error));
  const [title, text] =
    call.status === 0
      ? [t.offline, t.offlineText]
      : call.status === 403
        ? [t.failed, t.forbidden]
        : [t.failed, call.message];
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        {text}
        {call.details.map((detail) => (
          <div key={detail}>{detail}</div>
        ))}
      </MessageBarBody>
      {retry && (
        <MessageBarActions>
          <Button onClick={retry}>{t.retry}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
