import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  codes,
  datesOf,
  fields,
  fromAddress,
  hasCodes,
  isDate,
  localDate,
  noSearch,
  type Search,
  toAddress,
  toQuery,
  withCondition,
} from '../src/search';

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime('2026-03-08T20:30:00Z');
});
afterEach(() => {
  vi.useRealTimers();
});

const failuresOfKim: Search = {
  period: { from: '2026-02-01', to: '2026-02-28' },
  conditions: [
    { field: 'user', value: 'kim@example.com', excluded: false },
    { field: 'result', value: 'failure', excluded: false },
    { field: 'ip', value: '203.0.113.0/24', excluded: true },
  ],
  oldestFirst: true,
};

describe('toAddress', () => {
  it('leaves the default search out', () => {
    expect(toAddress(noSearch)).toBe('');
  });

  it('writes a period of days other than the default', () => {
    expect(toAddress({ ...noSearch, period: { days: 30 } })).toBe('?days=30');
  });

  it('writes dates, conditions and the order', () => {
    expect(toAddress(failuresOfKim)).toBe(
      '?from=2026-02-01&to=2026-02-28&user=kim%40example.com&result=failure&ip=%21203.0.113.0%2F24&order=asc',
    );
  });

  it('repeats a field that has two values', () => {
    const search = withCondition(
      noSearch,
      { field: 'method', value: 'sso', excluded: false },
      { field: 'method', value: 'passkey', excluded: false },
    );

    expect(toAddress(search)).toBe('?method=sso&method=passkey');
  });
});

describe('fromAddress', () => {
  it('reads an empty address as the default search', () => {
    expect(fromAddress('')).toEqual({ period: { days: 7 }, conditions: [], oldestFirst: false });
  });

  it('reads dates, conditions and the order', () => {
    expect(fromAddress('?from=2026-02-01&to=2026-02-28&result=failure&ip=!203.0.113.0/24&order=asc')).toEqual({
      period: { from: '2026-02-01', to: '2026-02-28' },
      conditions: [
        { field: 'ip', value: '203.0.113.0/24', excluded: true },
        { field: 'result', value: 'failure', excluded: false },
      ],
      oldestFirst: true,
    });
  });

  it.each(['?days=8', '?days=-1', '?days=many', '?from=2026-02-01', '?to=2026-02-28'])(
    'falls back to seven days for %s',
    (address) => {
      expect(fromAddress(address).period).toEqual({ days: 7 });
    },
  );

  it('skips empty values and names that are no field', () => {
    expect(fromAddress('?user=&ip=!&color=red').conditions).toEqual([]);
  });

  it('takes an exclamation mark as part of the words', () => {
    expect(fromAddress('?q=!wow').conditions).toEqual([{ field: 'q', value: '!wow', excluded: false }]);
  });

  it('reads back what toAddress wrote', () => {
    expect(toAddress(fromAddress(toAddress(failuresOfKim)))).toBe(
      '?from=2026-02-01&to=2026-02-28&user=kim%40example.com&ip=%21203.0.113.0%2F24&result=failure&order=asc',
    );
  });
});

describe('toQuery', () => {
  it('counts days back from today in the zone', () => {
    expect(toQuery(noSearch, 'UTC')).toEqual({ tz: 'UTC', from: '2026-03-02', to: '2026-03-08' });
  });

  it('passes values as lists, words as one text, and the order', () => {
    const search: Search = {
      ...failuresOfKim,
      conditions: [
        ...failuresOfKim.conditions,
        { field: 'q', value: 'chrome', excluded: false },
        { field: 'q', value: 'windows', excluded: false },
      ],
    };

    expect(toQuery(search, 'Asia/Seoul')).toEqual({
      tz: 'Asia/Seoul',
      from: '2026-02-01',
      to: '2026-02-28',
      user: ['kim@example.com'],
      ip: ['!203.0.113.0/24'],
      result: ['failure'],
      q: 'chrome windows',
      order: 'asc',
    });
  });
});

describe('dates', () => {
  it.each([
    ['UTC', 0, '2026-03-08'],
    ['Asia/Seoul', 0, '2026-03-09'],
    ['America/Los_Angeles', 0, '2026-03-08'],
    ['Asia/Seoul', -9, '2026-02-28'],
    ['UTC', 1, '2026-03-09'],
  ])('in %s, %i days from today, are %s', (zone, days, date) => {
    expect(localDate(zone, days)).toBe(date);
  });

  it('counts days across a change of the clocks', () => {
    vi.setSystemTime('2026-03-09T06:30:00Z');

    expect(localDate('America/Los_Angeles', -1)).toBe('2026-03-07');
  });

  it('takes one day as today alone', () => {
    expect(datesOf({ days: 1 }, 'UTC')).toEqual({ from: '2026-03-08', to: '2026-03-08' });
  });

  it('passes instants on as they are', () => {
    const period = { from: '2026-02-01T00:00:00Z', to: '2026-02-01T01:00:00Z' };

    expect(datesOf(period, 'Asia/Seoul')).toEqual({ from: '2026-02-01T00:00:00Z', to: '2026-02-01T01:00:00Z' });
  });

  it.each([
    ['2026-03-08', true],
    ['2026-3-8', false],
    ['2026-03-08T00:00:00Z', false],
    ['', false],
  ])('tells whether %s is a date', (text, is) => {
    expect(isDate(text)).toBe(is);
  });
});

describe('conditions', () => {
  it('adds one after those that are there', () => {
    const search = withCondition(failuresOfKim, { field: 'service', value: 'imap', excluded: false });

    expect(search.conditions.map(({ field }) => field)).toEqual(['user', 'result', 'ip', 'service']);
    expect(failuresOfKim.conditions).toHaveLength(3);
  });

  it('turns the same value round instead of adding it twice', () => {
    const search = withCondition(failuresOfKim, { field: 'result', value: 'failure', excluded: true });

    expect(search.conditions.filter(({ field }) => field === 'result')).toEqual([
      { field: 'result', value: 'failure', excluded: true },
    ]);
  });

  it('knows which fields take codes', () => {
    expect(fields.filter(hasCodes)).toEqual(['eventType', 'result', 'reason', 'method', 'service']);
    expect(codes.result).toEqual(['success', 'failure', 'interrupted']);
  });
});
