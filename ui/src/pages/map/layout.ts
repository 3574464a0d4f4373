/** Sizes in the units of the map. */
export const CHIP = { width: 190, height: 44, gap: 12 } as const;
export const BOX = { head: 62, padding: 16, gap: 48, columns: 2 } as const;

export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Screens are wider than high. */
const WIDER = 1.7;

/** Columns of a box for so many chips, so that it is about as wide as a screen is. */
export function columnsOf(count: number): number {
  const square = Math.sqrt((count * CHIP.height) / CHIP.width);
  return Math.max(BOX.columns, Math.ceil(square * Math.sqrt(WIDER)));
}

const along = (count: number, size: number) => count * size + Math.max(0, count - 1) * CHIP.gap;

export function boxSize(count: number): { width: number; height: number } {
  const columns = columnsOf(count);
  const rows = Math.max(1, Math.ceil(count / columns));
  return {
    width: along(columns, CHIP.width) + 2 * BOX.padding,
    height: BOX.head + along(rows, CHIP.height) + BOX.padding,
  };
}

/** Where a chip stands in its box. */
export function chipPlace(index: number, count: number): { x: number; y: number } {
  const columns = columnsOf(count);
  return {
    x: BOX.padding + (index % columns) * (CHIP.width + CHIP.gap),
    y: BOX.head + Math.floor(index / columns) * (CHIP.height + CHIP.gap),
  };
}

/** Widths that are tried, as parts of the side of a square that would hold all boxes. */
const TRIED = [1, 1.15, 1.3, 1.5, 1.7, 2, 2.4];

/** Boxes in rows, in the given order, so that the whole is about as wide as a screen is. */
export function placeBoxes(counts: readonly number[]): Place[] {
  const sizes = counts.map(boxSize);
  const area = sizes.reduce((sum, { width, height }) => sum + (width + BOX.gap) * (height + BOX.gap), 0);
  const widest = Math.max(0, ...sizes.map(({ width }) => width));
  const layouts = TRIED.map((part) => inRows(sizes, Math.max(widest, part * Math.sqrt(area))));
  const misfit = (places: readonly Place[]) => Math.abs(Math.log(ratioOf(places) / WIDER));
  return layouts.reduce((best, each) => (misfit(each) < misfit(best) ? each : best));
}

function ratioOf(places: readonly Place[]): number {
  const { width, height } = boundsOf(places);
  return width / height;
}

function inRows(sizes: readonly { width: number; height: number }[], limit: number): Place[] {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  return sizes.map(({ width, height }) => {
    if (x > 0 && x + width > limit) {
      x = 0;
      y += rowHeight + BOX.gap;
      rowHeight = 0;
    }
    const place = { x, y, width, height };
    x += width + BOX.gap;
    rowHeight = Math.max(rowHeight, height);
    return place;
  });
}

/** The least box around all. */
export function boundsOf(places: readonly Place[]): Place {
  const width = places.reduce((most, place) => Math.max(most, place.x + place.width), 1);
  const height = places.reduce((most, place) => Math.max(most, place.y + place.height), 1);
  return { x: 0, y: 0, width, height };
}
