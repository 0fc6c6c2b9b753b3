import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Field,
  Select,
  Tab,
  TabList,
} from '@fluentui/react-components';
import { SettingsRegular, SignOutRegular } from '@fluentui/react-icons';
import { useMemo } from 'react';
import type { Page } from '../App';
import { type Language, languages, texts } from '../texts';
import { type Theme, useView } from '../view';

interface Props {
  page: Page;
  go: (page: Page) => void;
  tenants: string[];
  onTenant: (tenant: string) => void;
  onSignOut: () => void;
}

export function Header({ page, go, tenants, onTenant, onSignOut }: Props) {
  const { t, session } = useView();
  return (
    <header className="header">
      <span className="brand">LoginAudit</span>
      <nav aria-label={t.audit}>
        <TabList selectedValue={page} onTabSelect={(_, data) => go(data.value as Page)}>
          <Tab value="login">{t.login}</Tab>
          <Tab value="downloads">{t.downloads}</Tab>
        </TabList>
      </nav>
      <span className="who">
        {tenants.length > 1 ? (
          <Select aria-label={t.chooseTenant} value={session.tenant} onChange={(_, data) => onTenant(data.value)}>
            {tenants.map((tenant) => (
              <option key={tenant}>{tenant}</option>
            ))}
          </Select>
        ) : (
          session.tenant
        )}
      </span>
      <Settings />
      <Button
        appearance="subtle"
        icon={<SignOutRegular />}
        aria-label={t.signOut}
        title={t.signOut}
        onClick={onSignOut}
      />
    </header>
  );
}

function Settings() {
  const { t, preferences, setPreferences } = useView();
  return (
    <Dialog>
      <DialogTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<SettingsRegular />} aria-label={t.settings} title={t.settings} />
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t.settings}</DialogTitle>
          <DialogContent className="form">
            <Field label={t.languageLabel}>
              <Select
                value={preferences.language}
                onChange={(_, data) => setPreferences({ language: data.value as Language })}
              >
                {languages.map((language) => (
                  <option key={language} value={language}>
                    {texts[language].language}
                  </option>
                ))}
              </Select>
            </Field>
            <ZoneField value={preferences.zone} onChange={(zone) => setPreferences({ zone })} />
            <Field label={t.theme}>
              <Select value={preferences.theme} onChange={(_, data) => setPreferences({ theme: data.value as Theme })}>
                <option value="system">{t.system}</option>
                <option value="light">{t.light}</option>
                <option value="dark">{t.dark}</option>
              </Select>
            </Field>
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button>{t.close}</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

export function ZoneField({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const { t } = useView();
  const zones = useMemo(() => [...new Set(['UTC', value, ...Intl.supportedValuesOf('timeZone')])], [value]);
  return (
    <Field label={t.zone}>
      <Select value={value} onChange={(_, data) => onChange(data.value)}>
        {zones.map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
      </Select>
    </Field>
  );
}
