import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoginEvent } from '../src/api/client';
import { texts } from '../src/texts';
import {
  conditionText,
  describe as describeEvent,
  keepPreferences,
  readPreferences,
  useFormat,
  userOf,
  type View,
  ViewProvider,
  wordOf,
} from '../src/view';

const login: LoginEvent = {
  id: '20260308T203000Z_x',
  tenantId: 'acme',
  occurredAt: '2026-03-08T20:30:00Z',
  receivedAt: '2026-03-08T20:30:01Z',
  eventType: 'login',
  result: 'success',
  serviceType: 'pc_web',
  source: 'okta-main',
  sourceEventId: 'e1',
};

describe('describe', () => {
  it.each([
    [{}, 'Login succeeded'],
    [{ result: 'failure', reason: 'invalid_credentials' }, 'Login failed: wrong ID or password'],
    [{ eventType: 'mfa', result: 'interrupted' }, 'Two-step verification interrupted'],
    [{ eventType: 'account_locked', result: 'failure', reason: 'account_locked' }, 'Account locked'],
    [{ eventType: 'account_locked', result: 'failure', reason: 'threat' }, 'Account locked: threat detected'],
    [{ eventType: 'account_unlocked' }, 'Account unlocked'],
    [{ eventType: 'account_unlocked', result: 'failure' }, 'Account unlocked failed'],
    [{ eventType: 'logout_requested' }, 'Logout requested by the server'],
    [{ eventType: 'risk', result: 'failure', reason: 'threat' }, 'Risk detected: threat detected'],
  ] satisfies [Partial<LoginEvent>, string][])('puts %j in words', (change, words) => {
    expect(describeEvent({ ...login, ...change }, texts.en)).toBe(words);
  });

  it('speaks Korean and Japanese', () => {
    const failed: LoginEvent = { ...login, result: 'failure', reason: 'unknown_user' };

    expect(describeEvent(failed, texts.ko)).toBe('로그인 실패: 등록되지 않은 사용자');
    expect(describeEvent(failed, texts.ja)).toBe('ログイン 失敗: 存在しないユーザー');
  });
});

describe('userOf', () => {
  it.each([
    [{ userName: 'Kim', loginId: 'kim@example.com', userId: 'u1' }, 'Kim (kim@example.com)'],
    [{ userName: 'Kim', userId: 'u1' }, 'Kim (u1)'],
    [{ userName: 'Kim' }, 'Kim'],
    [{ userId: 'u1' }, 'u1'],
    [{}, ''],
  ])('names %j', (change, name) => {
    expect(userOf({ ...login, ...change })).toBe(name);
  });
});

describe('conditions in words', () => {
  it('names a code, and leaves other values as they are', () => {
    expect(wordOf({ field: 'method', value: 'phone_otp' }, texts.en)).toBe('Phone code');
    expect(wordOf({ field: 'method', value: 'unheard_of' }, texts.en)).toBe('unheard_of');
    expect(wordOf({ field: 'user', value: 'login' }, texts.en)).toBe('login');
  });

  it('tells what is excluded', () => {
    expect(conditionText({ field: 'result', value: 'failure', excluded: true }, texts.en)).toBe('Result is not failed');
    expect(conditionText({ field: 'ip', value: '203.0.113.7', excluded: false }, texts.en)).toBe(
      'IP address is 203.0.113.7',
    );
  });
});

describe('preferences', () => {
  const stored = new Map<string, string>();

  beforeEach(() => {
    stored.clear();
    vi.stubGlobal('navigator', { languages: ['fr-FR', 'ko-KR', 'en'] });
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => stored.get(name) ?? null,
      setItem: (name: string, value: string) => stored.set(name, value),
    });
  });

  it("start with the browser's first language that the page has", () => {
    expect(readPreferences()).toMatchObject({ language: 'ko', theme: 'system', columns: null });
  });

  it('start in English where the page has none of them', () => {
    vi.stubGlobal('navigator', { languages: ['fr-FR', 'de'] });

    expect(readPreferences().language).toBe('en');
  });

  it('are read as they were kept', () => {
    keepPreferences({ language: 'ja', zone: 'Asia/Tokyo', theme: 'dark', columns: ['ip'] });

    expect(stored.get('loginaudit.preferences')).toBe(
      '{"language":"ja","zone":"Asia/Tokyo","theme":"dark","columns":["ip"]}',
    );
    expect(readPreferences()).toEqual({ language: 'ja', zone: 'Asia/Tokyo', theme: 'dark', columns: ['ip'] });
  });

  it('fill in what an older version did not keep', () => {
    stored.set('loginaudit.preferences', '{"theme":"light"}');

    expect(readPreferences()).toMatchObject({ language: 'ko', theme: 'light', columns: null });
  });

  it('fall back to the defaults where the text is broken', () => {
    stored.set('loginaudit.preferences', '{"theme":');

    expect(readPreferences()).toMatchObject({ language: 'ko', theme: 'system' });
  });
});

type Format = ReturnType<typeof useFormat>;

function Shown({ show }: { show: (format: Format) => string }) {
  return show(useFormat());
}

describe('useFormat', () => {
  function formatted(view: Partial<View>, show: (format: Format) => string): string {
    return renderToStaticMarkup(
      <ViewProvider value={view as View}>
        <Shown show={show} />
      </ViewProvider>,
    ).replace(/[\u00a0\u202f]/g, ' ');
  }

  const english: Partial<View> = { language: 'en', zone: 'America/New_York' };

  it('writes an instant in the zone', () => {
    expect(formatted(english, (format) => format.time('2026-03-08T20:30:00Z'))).toBe('Mar 8, 2026, 4:30:00 PM');
    expect(formatted({ language: 'ja', zone: 'Asia/Seoul' }, (format) => format.short('2026-03-08T20:30:00Z'))).toBe(
      '2026/03/09 5:30',
    );
  });

  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1_572_864, '1.5 MiB'],
    [10_737_418_240, '10 GiB'],
    [10_995_116_277_760, '10,240 GiB'],
  ])('writes %i bytes as %s', (bytes, text) => {
    expect(formatted(english, (format) => format.bytes(bytes))).toBe(text);
  });

  it('writes numbers and shares', () => {
    expect(formatted(english, (format) => `${format.number(1234567)} ${format.percent(0.25)}`)).toBe('1,234,567 25%');
  });

  it('fails outside of the page', () => {
    expect(() => renderToStaticMarkup(<Shown show={() => ''} />)).toThrow('Outside of the page.');
  });
});
