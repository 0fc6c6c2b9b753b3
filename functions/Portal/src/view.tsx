import { createContext, useContext } from 'react';
import type { Api, LoginEvent } from './api/client';
import type { Condition } from './search';
import type { Session } from './session';
import { fill, type Language, languages, type Texts } from './texts';

export type Theme = 'system' | 'light' | 'dark';

/** What a person has chosen; kept in the browser. Never the token. */
export interface Preferences {
  language: Language;
  zone: string;
  theme: Theme;
  columns: string[] | null;
}

const key = 'loginaudit.preferences';

export function readPreferences(): Preferences {
  const asked = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => (languages as string[]).includes(tag));
  const defaults: Preferences = {
    language: (asked as Language | undefined) ?? 'en',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    theme: 'system',
    columns: null,
  };
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>) };
  } catch {
    return defaults;
  }
}

export const keepPreferences = (preferences: Preferences) => localStorage.setItem(key, JSON.stringify(preferences));

export interface View {
  t: Texts;
  language: Language;
  zone: string;
  preferences: Preferences;
  setPreferences: (change: Partial<Preferences>) => void;
  session: Session;
  api: Api;
  path: { tenant: string };
}

const ViewContext = createContext<View | null>(null);
export const ViewProvider = ViewContext.Provider;

export function useView(): View {
  const view = useContext(ViewContext);
  if (view === null) throw new Error('Outside of the page.');
  return view;
}

export function useFormat() {
  const { language, zone } = useView();
  const time = new Intl.DateTimeFormat(language, { timeZone: zone, dateStyle: 'medium', timeStyle: 'medium' });
  const short = new Intl.DateTimeFormat(language, { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' });
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const size = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return {
    time: (instant: string) => time.format(new Date(instant)),
    short: (instant: string) => short.format(new Date(instant)),
    number: (value: number) => number.format(value),
    percent: (share: number) => percent.format(share),
    bytes: (value: number) => {
      const units = ['B', 'KiB', 'MiB', 'GiB'];
      let unit = 0;
      for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
      return `${size.format(value)} ${units[unit]}`;
    },
  };
}

/** Such as "Login failed: wrong ID or password"; what happens to an account needs no result. The same as in a CSV. */
export function describe(event: LoginEvent, t: Texts): string {
  const type = t.types[event.eventType];
  const happens =
    event.eventType === 'account_locked' ||
    event.eventType === 'risk' ||
    (event.result === 'success' && (event.eventType === 'logout_requested' || event.eventType === 'account_unlocked'));
  const text = happens ? type : `${type} ${t.results[event.result]}`;
  return event.reason && !(event.eventType === 'account_locked' && event.reason === 'account_locked')
    ? `${text}: ${t.reasons[event.reason]}`
    : text;
}

export function userOf(event: LoginEvent): string {
  const id = event.loginId ?? event.userId;
  return event.userName ? (id ? `${event.userName} (${id})` : event.userName) : (id ?? '');
}

/** A condition's value in words. */
export function wordOf({ field, value }: Pick<Condition, 'field' | 'value'>, t: Texts): string {
  const words: Partial<Record<string, Record<string, string>>> = {
    eventType: t.types,
    result: t.results,
    reason: t.reasons,
    method: t.methods,
    service: t.services,
  };
  return words[field]?.[value] ?? value;
}

export const conditionText = (condition: Condition, t: Texts) =>
  `${t[condition.field]} ${condition.excluded ? t.isNot : t.is} ${wordOf(condition, t)}`;

export { fill };
