import { Button, Field, Input, Select, Tag, TagGroup } from '@fluentui/react-components';
import { AddRegular, SearchRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import {
  type Condition,
  codes,
  datesOf,
  type Field as FieldName,
  fields,
  hasCodes,
  isDate,
  type Period,
  presets,
  type Search,
  withCondition,
} from '../search';
import { conditionText, fill, useFormat, useView, wordOf } from '../view';

interface Props {
  search: Search;
  onSearch: (search: Search) => void;
}

export function SearchForm({ search, onSearch }: Props) {
  const { t, zone } = useView();
  const format = useFormat();
  const [period, setPeriod] = useState<Period>(search.period);
  const [isOpen, setOpen] = useState(search.conditions.length > 0);
  const [isShown, setShown] = useState(false);
  useEffect(() => setPeriod(search.period), [search.period]);

  const isCustom = !('days' in period);
  const dates = datesOf(period, zone);
  const apply = (condition?: Condition) => {
    const next = { ...search, period };
    onSearch(condition ? withCondition(next, condition) : next);
    setShown(false);
  };

  return (
    <div className="search">
      <Button
        className="narrow-only"
        icon={<SearchRegular />}
        aria-expanded={isShown}
        onClick={() => setShown(!isShown)}
      >
        {t.showSearch}
      </Button>
      <form
        className={isShown ? 'search-form shown' : 'search-form'}
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <div className="row">
          <Field label={t.period}>
            <Select
              value={'days' in period ? String(period.days) : 'custom'}
              onChange={(_, data) =>
                setPeriod(data.value === 'custom' ? datesOf(period, zone) : { days: Number(data.value) })
              }
            >
              {presets.map((days) => (
                <option key={days} value={days}>
                  {t.days[days]}
                </option>
              ))}
              <option value="custom">{t.custom}</option>
            </Select>
          </Field>
          {isCustom &&
            (['from', 'to'] as const).map((end) => (
              <Field key={end} label={t[end]}>
                {isDate(dates[end]) ? (
                  <Input
                    type="date"
                    required
                    value={dates[end]}
                    onChange={(_, data) => setPeriod({ ...dates, [end]: data.value })}
                  />
                ) : (
                  <Input readOnly value={format.short(dates[end])} />
                )}
              </Field>
            ))}
          <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t.advanced}
          </Button>
          <Button type="submit" appearance="primary" icon={<SearchRegular />}>
            {t.search}
          </Button>
        </div>
      </form>
      {isOpen && <ConditionForm className={isShown ? 'search-form shown' : 'search-form'} onAdd={apply} />}
      {search.conditions.length > 0 && (
        <div className="row chips">
          <TagGroup
            aria-label={t.advanced}
            onDismiss={(_, data) =>
              onSearch({
                ...search,
                conditions: search.conditions.filter((condition) => keyOf(condition) !== data.value),
              })
            }
          >
            {search.conditions.map((condition) => (
              <Tag
                key={keyOf(condition)}
                value={keyOf(condition)}
                dismissible
                dismissIcon={{ 'aria-label': fill(t.remove, conditionText(condition, t)) }}
              >
                <span className="chip">{conditionText(condition, t)}</span>
              </Tag>
            ))}
          </TagGroup>
          <Button appearance="subtle" onClick={() => onSearch({ ...search, conditions: [] })}>
            {t.clear}
          </Button>
        </div>
      )}
    </div>
  );
}

function ConditionForm({ className, onAdd }: { className: string; onAdd: (condition: Condition) => void }) {
  const { t } = useView();
  const [field, setField] = useState<FieldName>('user');
  const [value, setValue] = useState('');
  const [excluded, setExcluded] = useState(false);
  const hints: Partial<Record<FieldName, string>> = {
    user: t.userHint,
    ip: t.ipHint,
    source: t.sourceHint,
    q: t.qHint,
  };
  const given = hasCodes(field) ? value || codes[field][0] : value.trim();

  return (
    <form
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        if (!given) return;
        onAdd({ field, value: given, excluded: excluded && field !== 'q' });
        setValue('');
      }}
    >
      <div className="row">
        <Field label={t.condition}>
          <Select
            value={field}
            onChange={(_, data) => {
              setField(data.value as FieldName);
              setValue('');
            }}
          >
            {fields.map((name) => (
              <option key={name} value={name}>
                {t[name]}
              </option>
            ))}
          </Select>
        </Field>
        <Select
          aria-label={`${t.is} / ${t.isNot}`}
          className="is"
          disabled={field === 'q'}
          value={excluded && field !== 'q' ? 'not' : 'is'}
          onChange={(_, data) => setExcluded(data.value === 'not')}
        >
          <option value="is">{t.is}</option>
          <option value="not">{t.isNot}</option>
        </Select>
        <Field label={t.value} className="grow">
          {hasCodes(field) ? (
            <Select value={given} onChange={(_, data) => setValue(data.value)}>
              {codes[field].map((code) => (
                <option key={code} value={code}>
                  {wordOf({ field, value: code }, t)}
                </option>
              ))}
            </Select>
          ) : (
            <Input
              value={value}
              placeholder={hints[field] ?? ''}
              maxLength={256}
              onChange={(_, data) => setValue(data.value)}
            />
          )}
        </Field>
        <Button type="submit" icon={<AddRegular />}>
          {t.add}
        </Button>
      </div>
    </form>
  );
}

const keyOf = (condition: Condition) => `${condition.field}\n${condition.excluded}\n${condition.value}`;
