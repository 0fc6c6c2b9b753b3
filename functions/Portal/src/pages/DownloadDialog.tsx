import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Dropdown,
  Field,
  Option,
  Select,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ExportFormat, take } from '../api/client';
import { type Search, toQuery } from '../search';
import { type Language, languages, texts } from '../texts';
import { useView } from '../view';
import { ZoneField } from './Header';
import { Failed } from './States';

/** As the API names the fields of a file. */
const columns = [
  'event_id',
  'occurred_at',
  'event_type',
  'result',
  'reason',
  'user_id',
  'login_id',
  'user_name',
  'ip',
  'login_method',
  'service_type',
  'source',
  'source_event_id',
  'received_at',
  'reason_raw',
  'user_agent',
  'session_id',
  'correlation_id',
  'application',
  'country',
  'city',
  'asn',
  'risk_level',
];

interface Props {
  search: Search;
  onClose: () => void;
  onRequested: () => void;
}

export default function DownloadDialog({ search, onClose, onRequested }: Props) {
  const { t, api, path, zone, language } = useView();
  const queries = useQueryClient();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [gzip, setGzip] = useState(false);
  const [fileLanguage, setFileLanguage] = useState<Language>(language);
  const [timeZone, setTimeZone] = useState(zone);
  const [chosen, setChosen] = useState(columns);
  const hasColumns = format === 'csv' || format === 'parquet';
  const request = useMutation({
    mutationFn: () =>
      take(
        api.POST('/v1/tenants/{tenant}/exports', {
          params: { path },
          body: {
            format,
            gzip: gzip && format !== 'parquet',
            language: fileLanguage,
            timeZone,
            query: toQuery(search, zone),
            ...(hasColumns && chosen.length < columns.length && { columns: chosen }),
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['exports'] });
      onClose();
      onRequested();
    },
  });

  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t.requestDownload}</DialogTitle>
          <DialogContent className="form">
            <p>{t.requestText}</p>
            <Field label={t.format}>
              <Select value={format} onChange={(_, data) => setFormat(data.value as ExportFormat)}>
                {(Object.keys(t.formats) as ExportFormat[]).map((name) => (
                  <option key={name} value={name}>
                    {t.formats[name]}
                  </option>
                ))}
              </Select>
            </Field>
            {format !== 'parquet' && (
              <Checkbox label={t.gzip} checked={gzip} onChange={(_, data) => setGzip(data.checked === true)} />
            )}
            <Field label={t.fileLanguage}>
              <Select value={fileLanguage} onChange={(_, data) => setFileLanguage(data.value as Language)}>
                {languages.map((name) => (
                  <option key={name} value={name}>
                    {texts[name].language}
                  </option>
                ))}
              </Select>
            </Field>
            <ZoneField value={timeZone} onChange={setTimeZone} />
            {hasColumns && (
              <Field label={t.columns}>
                <Dropdown
                  multiselect
                  inlinePopup
                  value={chosen.length === columns.length ? t.allColumns : chosen.join(', ')}
                  selectedOptions={chosen}
                  onOptionSelect={(_, data) =>
                    data.selectedOptions.length > 0 &&
                    setChosen(columns.filter((name) => data.selectedOptions.includes(name)))
                  }
                >
                  {columns.map((name) => (
                    <Option key={name}>{name}</Option>
                  ))}
                </Dropdown>
              </Field>
            )}
            {request.isError && <Failed error={request.error} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t.cancel}</Button>
            <Button appearance="primary" disabled={request.isPending} onClick={() => request.mutate()}>
              {t.request}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
