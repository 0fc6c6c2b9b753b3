import type { Schemas } from './api/client';

export const fields = ['user', 'ip', 'eventType', 'result', 'reason', 'method', 'service', 'source', 'q'] as const;
export type Field = (typeof fields)[number];

/** The codes of a field; the others take text. */
export const codes = {
  eventType: [
    'login',
    'logout',
    'logout_requested',
    'id_changed',
    'password_changed',
    'mfa',
    'account_locked',
    'account_unlocked',
    'risk',
  ],
  result: ['success', 'failure', 'interrupted'],
  reason: [
    'invalid_credentials',
    'unknown_user',
    'account_disabled',
    'account_locked',
    'password_expired',
    'mfa_required',
    'mfa_failed',
    'ip_blocked',
    'threat',
    'policy_denied',
    'session_expired',
    'idp_error',
    'other',
  ],
  method: ['password', 'sso', 'social', 'phone_otp', 'email_otp', 'totp', 'passkey', 'certificate', 'token', 'other'],
  service: ['pc_web', 'pc_app', 'mobile_app', 'drive_explorer', 'imap', 'pop3', 'smtp', 'caldav', 'api', 'others'],
} satisfies {
  eventType: Schemas['EventType'][];
  result: Schemas['EventResult'][];
  reason: Schemas['Reason'][];
  method: Schemas['LoginMethod'][];
  service: Schemas['ServiceType'][];
};

export type CodeField = keyof typeof codes;

export const hasCodes = (field: Field): field is CodeField => field in codes;

export interface Condition {
  field: Field;
  value: string;
  excluded: boolean;
}

/** Either the last so many local days, or from and to: local dates, both included, or instants. */
export type Period = { days: number } | { from: string; to: string };

export interface Search {
  period: Period;
  conditions: Condition[];
  oldestFirst: boolean;
}

export const presets = [1, 7, 30, 90, 180] as const;
export const noSearch: Search = { period: { days: 7 }, conditions: [], oldestFirst: false };

/** What the address bar holds. */
export function toAddress(search: Search): string {
  const query = new URLSearchParams();
  if ('days' in search.period) {
    if (search.period.days !== 7) query.set('days', String(search.period.days));
  } else {
    query.set('from', search.period.from);
    query.set('to', search.period.to);
  }

  for (const condition of search.conditions) query.append(condition.field, toText(condition));
  if (search.oldestFirst) query.set('order', 'asc');
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

export function fromAddress(address: string): Search {
  const query = new URLSearchParams(address);
  const [from, to, days] = [query.get('from'), query.get('to'), Number(query.get('days'))];
  const period: Period = from && to ? { from, to } : { days: (presets as readonly number[]).includes(days) ? days : 7 };
  const conditions = fields.flatMap((field) =>
    query
      .getAll(field)
      .filter((text) => text !== '' && text !== '!')
      .map((text) => toCondition(field, text)),
  );
  return { period, conditions, oldestFirst: query.get('order') === 'asc' };
}

/** The same as the API takes it. */
export function toQuery(search: Search, zone: string) {
  const { from, to } = datesOf(search.period, zone);
  const values = (field: Field) => search.conditions.filter((condition) => condition.field === field).map(toText);
  const query: Record<string, string | string[]> = { tz: zone, from, to };
  for (const field of fields) {
    const given = values(field);
    if (given.length > 0) query[field] = field === 'q' ? given.join(' ') : given;
  }

  if (search.oldestFirst) query.order = 'asc';
  return query;
}

export function datesOf(period: Period, zone: string): { from: string; to: string } {
  return 'days' in period ? { from: localDate(zone, 1 - period.days), to: localDate(zone, 0) } : period;
}

/** A date of the zone, so many days from today. */
export function localDate(zone: string, days: number): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(new Date());
  const date = new Date(`${today}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

export const isDate = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);

function toText(condition: Condition): string {
  return (condition.excluded ? '!' : '') + condition.value;
}

function toCondition(field: Field, text: string): Condition {
  const excluded = field !== 'q' && text.startsWith('!');
  return { field, value: excluded ? text.slice(1) : text, excluded };
}

export const withCondition = (search: Search, ...added: Condition[]): Search => ({
  ...search,
  conditions: [
    ...search.conditions.filter(
      (old) => !added.some((condition) => old.field === condition.field && old.value === condition.value),
    ),
    ...added,
  ],
});
