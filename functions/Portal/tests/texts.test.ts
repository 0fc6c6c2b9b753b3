import { describe, expect, it } from 'vitest';
import { codes } from '../src/search';
import { fill, languages, texts } from '../src/texts';

/** Each text with its path, such as `states.ready`. */
function leaves(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([name, part]): [string, string][] =>
    typeof part === 'string' ? [[path + name, part]] : leaves(part as object, `${path}${name}.`),
  );
}

describe('texts', () => {
  it('are in three languages, each with its own name', () => {
    expect(languages).toEqual(['en', 'ko', 'ja']);
    expect(languages.map((language) => texts[language].language)).toEqual(['English', '한국어', '日本語']);
  });

  it.each(['ko', 'ja'] as const)('in %s have the keys of the English ones', (language) => {
    expect(leaves(texts[language]).map(([path]) => path)).toEqual(leaves(texts.en).map(([path]) => path));
  });

  it.each(['ko', 'ja'] as const)('in %s take a value where the English ones do', (language) => {
    const withValue = (all: object) =>
      leaves(all)
        .filter(([, text]) => text.includes('{0}'))
        .map(([path]) => path);

    expect(withValue(texts[language])).toEqual(withValue(texts.en));
  });

  it.each(languages)('in %s are never empty', (language) => {
    expect(leaves(texts[language]).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it.each(languages)('in %s name every code', (language) => {
    const t = texts[language];

    expect(Object.keys(t.types)).toEqual(codes.eventType);
    expect(Object.keys(t.results)).toEqual(codes.result);
    expect(Object.keys(t.reasons)).toEqual(codes.reason);
    expect(Object.keys(t.methods)).toEqual(codes.method);
    expect(Object.keys(t.services)).toEqual(codes.service);
  });
});

describe('fill', () => {
  it('puts the value in its place', () => {
    expect(fill('{0} of them', 12)).toBe('12 of them');
  });

  it('takes a value with the signs of a replacement pattern as it is', () => {
    expect(fill('Show only {0}', '$&')).toBe('Show only $&');
  });

  it('leaves a text without a place as it is', () => {
    expect(fill('Search', 'x')).toBe('Search');
  });
});
