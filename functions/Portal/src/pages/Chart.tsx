import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Summary } from '../api/client';
import { useFormat, useView } from '../view';

const height = 180;
const results = ['success', 'failure', 'interrupted'] as const;

interface Props {
  summary: Summary;
  onNarrow: (from: string, to: string) => void;
}

/** Results by day or hour, one on top of the other. A drag takes the buckets that it touches. */
export default function Chart({ summary, onNarrow }: Props) {
  const { t, zone, language } = useView();
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const narrow = useRef(onNarrow);
  narrow.current = onNarrow;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the language and the zone decide the format.
  useEffect(() => {
    const element = place.current;
    if (element === null || summary.buckets.length === 0) return;
    const starts = summary.buckets.map((bucket) => Date.parse(bucket.start) / 1000);
    const step = summary.bucket === 'day' ? 86400 : 3600;
    // Drawn from the highest sum down, so that each covers the part below it.
    const sums = summary.buckets.map(
      ({ success, failure, interrupted }) => [success + failure + interrupted, success + failure, success] as const,
    );
    const style = getComputedStyle(element);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const text = color('--colorNeutralForeground2');
    const date = new Intl.DateTimeFormat(language, { timeZone: zone, month: 'numeric', day: 'numeric' });
    const hour = new Intl.DateTimeFormat(language, { timeZone: zone, hour: 'numeric', minute: '2-digit' });
    const bars = uPlot.paths.bars?.({ size: [0.8, 60], align: 1 });
    const series = (label: string, fill: string): uPlot.Series => ({
      label,
      fill,
      stroke: fill,
      width: 0,
      points: { show: false },
      ...(bars && { paths: bars }),
    });
    const axis: uPlot.Axis = {
      stroke: text,
      grid: { stroke: color('--colorNeutralStroke2'), width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
        scales: {
          x: { time: true, range: () => [starts[0] as number, (starts.at(-1) as number) + step] },
          y: { range: (_, __, most) => [0, Math.max(1, most) * 1.05] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            values: (_, times) => times.map((time) => (summary.bucket === 'day' ? date : hour).format(time * 1000)),
          },
          {
            ...axis,
            size: 56,
            values: (_, values) => values.map((value) => (Number.isInteger(value) ? format.number(value) : '')),
          },
        ],
        series: [
          {},
          series(t.interrupted, color('--interrupted')),
          series(t.failure, color('--failure')),
          series(t.success, color('--success')),
        ],
        hooks: {
          setSelect: [
            (self) => {
              if (self.select.width < 4) return;
              const first = starts.findLastIndex((start) => start <= self.posToVal(self.select.left, 'x'));
              const last = starts.findLastIndex(
                (start) => start <= self.posToVal(self.select.left + self.select.width, 'x'),
              );
              const end = starts[last + 1] ?? Date.parse(summary.to) / 1000;
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              narrow.current(
                new Date((starts[Math.max(0, first)] as number) * 1000).toISOString(),
                new Date(end * 1000).toISOString(),
              );
            },
          ],
        },
      },
      [starts, sums.map((sum) => sum[0]), sums.map((sum) => sum[1]), sums.map((sum) => sum[2])],
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [summary, zone, language, t]);

  return (
    <>
      <div
        ref={place}
        className="chart"
        role="img"
        aria-label={`${t.chart}: ${results.map((result) => `${t[result]} ${format.number(summary.total[result])}`).join(', ')}`}
      />
      <details>
        <summary>{t.chartTable}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard. */}
        <div className="scroll" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>{t.date}</th>
                {results.map((result) => (
                  <th key={result}>{t[result]}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {summary.buckets.map((bucket) => (
                <tr key={bucket.start}>
                  <td>{format.short(bucket.start)}</td>
                  {results.map((result) => (
                    <td key={result}>{format.number(bucket[result])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
