import {
  Button,
  Menu,
  MenuItemCheckbox,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components';
import {
  CheckmarkCircleRegular,
  ColumnTripleRegular,
  DismissCircleRegular,
  WarningRegular,
} from '@fluentui/react-icons';
import type { LoginEvent } from '../api/client';
import type { Search } from '../search';
import type { Texts } from '../texts';
import { describe, useFormat, userOf, useView } from '../view';

interface Props {
  events: LoginEvent[];
  search: Search;
  onSearch: (search: Search) => void;
  onOpen: (event: LoginEvent) => void;
}

/** The six columns of the log; the description cannot be left out, since it opens the details. */
const columns = ['user', 'date', 'ip', 'method', 'service'] as const;

export function EventList({ events, search, onSearch, onOpen }: Props) {
  const { t, preferences, setPreferences } = useView();
  const format = useFormat();
  const shown = columns.filter((column) => preferences.columns?.includes(column) ?? true);
  const cell = (event: LoginEvent, column: (typeof columns)[number]) =>
    ({
      user: userOf(event),
      date: format.time(event.occurredAt),
      ip: event.ip ?? '',
      method: event.loginMethod ? t.methods[event.loginMethod] : '',
      service: t.services[event.serviceType],
    })[column];
  const sort = () => onSearch({ ...search, oldestFirst: !search.oldestFirst });
  const order = search.oldestFirst ? t.oldestFirst : t.newestFirst;

  return (
    <>
      <div className="list-tools">
        <Button className="narrow-only" appearance="subtle" onClick={sort}>
          {order}
        </Button>
        <Menu
          checkedValues={{ columns: shown }}
          onCheckedValueChange={(_, data) => setPreferences({ columns: data.checkedItems })}
        >
          <MenuTrigger disableButtonEnhancement>
            <Button className="wide-only" appearance="subtle" icon={<ColumnTripleRegular />}>
              {t.columns}
            </Button>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {columns.map((column) => (
                <MenuItemCheckbox key={column} name="columns" value={column}>
                  {t[column]}
                </MenuItemCheckbox>
              ))}
            </MenuList>
          </MenuPopover>
        </Menu>
      </div>
      <Table size="small" className="wide-only events" aria-label={t.login}>
        <TableHeader>
          <TableRow>
            <TableHeaderCell className="description">{t.description}</TableHeaderCell>
            {shown.map((column) =>
              column === 'date' ? (
                <TableHeaderCell
                  key={column}
                  className={column}
                  sortable
                  sortDirection={search.oldestFirst ? 'ascending' : 'descending'}
                  onClick={sort}
                >
                  {t.date}
                </TableHeaderCell>
              ) : (
                <TableHeaderCell key={column} className={column}>
                  {t[column]}
                </TableHeaderCell>
              ),
            )}
          </TableRow>
        </TableHeader>
        <TableBody>
          {events.map((event) => (
            <TableRow key={event.id} onClick={() => onOpen(event)}>
              <TableCell className="description">
                <Opener event={event} t={t} onOpen={onOpen} />
              </TableCell>
              {shown.map((column) => (
                <TableCell key={column} className={column}>
                  <bdi className="cut" title={cell(event, column)}>
                    {cell(event, column)}
                  </bdi>
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <ul className="narrow-only cards" aria-label={t.login}>
        {events.map((event) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the button inside does the same with the keyboard.
          <li key={event.id} onClick={() => onOpen(event)}>
            <Opener event={event} t={t} onOpen={onOpen} />
            <bdi className="cut">{userOf(event)}</bdi>
            <span>{format.time(event.occurredAt)}</span>
            <bdi className="cut">{event.ip ?? ''}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

function Opener({ event, t, onOpen }: { event: LoginEvent; t: Texts; onOpen: (event: LoginEvent) => void }) {
  const Icon =
    event.eventType === 'risk' || event.eventType === 'account_locked' || event.result === 'interrupted'
      ? WarningRegular
      : event.result === 'failure'
        ? DismissCircleRegular
        : CheckmarkCircleRegular;
  return (
    <button
      type="button"
      className={`opener ${event.result}`}
      onClick={(click) => {
        click.stopPropagation();
        onOpen(event);
      }}
    >
      <Icon aria-hidden /> <span className="cut">{describe(event, t)}</span>
    </button>
  );
}
