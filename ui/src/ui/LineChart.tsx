import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { formatPercent } from './units';

interface LineChartProps {
  label: string;
  /** Seconds since 1970, ascending. */
  times: readonly number[];
  /** Percent; null where nothing was measured. */
  values: readonly (number | null)[];
  height: number;
}

/** A line over time from 0 to 100 percent. The number beside it says the same to those who do not see it. */
export function LineChart({ label, times, values, height }: LineChartProps) {
  const { ref: frame, width } = useElementSize();
  const scheme = useComputedColorScheme();
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(null);

  useEffect(() => {
    if (!host.current || width === 0) return undefined;
    const plot = new UPlot(options(label, width, height), [[], []], host.current);
    chart.current = plot;
    return () => {
      chart.current = null;
      plot.destroy();
    };
    // The colours of the theme are read when the chart is made.
  }, [label, width, height, scheme]);

  useEffect(() => {
    chart.current?.setData([[...times], [...values]]);
  }, [times, values, width, scheme]);

  return (
    <div ref={frame} style={{ height }}>
      <div ref={host} aria-hidden />
    </div>
  );
}

function options(label: string, width: number, height: number): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const stroke = colour('--busy');
  const axis = { stroke: colour('--mantine-color-dimmed'), font: '11px system-ui, sans-serif' };
  const grid = { stroke: colour('--line'), width: 1 };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: [0, 100] } },
    axes: [
      { ...axis, size: 22, space: 90, grid: { show: false }, ticks: { show: false } },
      {
        ...axis,
        size: 44,
        grid,
        ticks: { show: false },
        splits: [0, 50, 100],
        values: (_, v) => v.map(formatPercent),
      },
    ],
    series: [{}, { label, stroke, width: 1.5, fill: `${stroke}22`, points: { show: false } }],
  };
}
