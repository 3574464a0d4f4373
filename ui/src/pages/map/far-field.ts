import type { Phase } from '../../api/types';
import type { Tone } from '../../ui/StateBadge';
import { NODE_LOOKS, PHASE_LOOKS } from '../../ui/states';
import type { FleetView, Machine } from './fleet-view';
import { matches } from './graph';
import type { Place } from './layout';

/** A machine as it is painted: one box with a bar of its workloads. */
export interface Spot {
  machine: Machine;
  place: Place;
  dim: boolean;
  /** How many workloads there are of each tone, in the order in which the bar shows them. */
  tones: [tone: Tone, count: number][];
}

export interface Field {
  spots: Spot[];
  /** Lines between the middles of two machines. */
  lines: [from: Place, to: Place][];
}

const ORDER: readonly Tone[] = ['bad', 'warn', 'busy', 'calm', 'good'];

function tonesOf(phases: readonly Phase[]): Spot['tones'] {
  return ORDER.map((tone): [Tone, number] => [
    tone,
    phases.filter((phase) => PHASE_LOOKS[phase].tone === tone).length,
  ]).filter(([, count]) => count > 0);
}

export function fieldOf(
  { machines, connections }: FleetView,
  places: readonly Place[],
  search: string,
): Field {
  const words = search.trim().toLowerCase();
  const placeOf = new Map<string, Place>();
  const spots = machines.flatMap((machine, index): Spot[] => {
    const place = places[index];
    if (!place) return [];
    for (const { id } of machine.workloads) placeOf.set(id, place);
    const lit =
      matches(words, machine.name) || machine.workloads.some(({ deployment }) => matches(words, deployment));
    return [{ machine, place, dim: !lit, tones: tonesOf(machine.workloads.map(({ phase }) => phase)) }];
  });
  const lines = new Map<string, [Place, Place]>();
  for (const connection of connections) {
    const from = placeOf.get(connection.from);
    const to = placeOf.get(connection.to);
    if (from && to && from !== to) lines.set(`${from.x},${from.y}>${to.x},${to.y}`, [from, to]);
  }
  return { spots, lines: [...lines.values()] };
}

export interface View {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

/** The machine at a place of the map. */
export const spotAt = ({ spots }: Field, at: { x: number; y: number }): Spot | undefined =>
  spots.find(
    ({ place: { x, y, width, height } }) => at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height,
  );

/** Widths in points of the screen from which on there is room for names. */
const NAMED = 70;
const FONT = 12;
const DIM = 0.28;
/** More lines than this are one grey area. */
const MOST_LINES = 600;

/** What a colour is called in the style sheet gives its value. */
export type Colours = (name: string) => string;

/** Paints what is in sight. Boxes are counted in thousands, so that nothing is done for each but to fill rectangles. */
export function paint(context: CanvasRenderingContext2D, field: Field, view: View, colour: Colours): void {
  const { x: left, y: top, zoom, width, height } = view;
  context.clearRect(0, 0, width, height);
  const [surface, line, text] = [colour('--surface'), colour('--line'), colour('--mantine-color-text')];
  const tones = new Map(ORDER.map((tone) => [tone, colour(`--${tone}`)]));
  const screen = (place: Place) => ({
    x: place.x * zoom + left,
    y: place.y * zoom + top,
    w: place.width * zoom,
    h: place.height * zoom,
  });
  if (field.lines.length <= MOST_LINES) paintLines(context, field, screen, colour('--busy'));
  context.font = `600 ${FONT}px ${colour('--mantine-font-family')}`;
  context.textBaseline = 'middle';
  for (const { machine, place, dim, tones: counts } of field.spots) {
    const { x, y, w, h } = screen(place);
    if (x > width || y > height || x + w < 0 || y + h < 0) continue;
    context.globalAlpha = dim ? DIM : 1;
    context.fillStyle = surface;
    context.fillRect(x, y, w, h);
    context.strokeStyle = line;
    context.strokeRect(x, y, w, h);
    context.fillStyle = tones.get(NODE_LOOKS[machine.node.status].tone) ?? line;
    const edge = Math.max(2, w * 0.06);
    context.fillRect(x, y, edge, h);
    paintBar(context, counts, tones, { x: x + edge + 2, y: y + h * 0.6, w: w - edge - 4, h: h * 0.25 });
    if (w < NAMED || h < 2 * FONT) continue;
    context.fillStyle = text;
    context.fillText(machine.name, x + edge + 4, y + h * 0.32, w - edge - 8);
  }
  context.globalAlpha = 1;
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

function paintBar(
  context: CanvasRenderingContext2D,
  counts: Spot['tones'],
  tones: ReadonlyMap<Tone, string>,
  { x, y, w, h }: Box,
): void {
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  let at = x;
  for (const [tone, count] of counts) {
    const part = (w * count) / all;
    context.fillStyle = tones.get(tone) ?? '';
    context.fillRect(at, y, part, h);
    at += part;
  }
}

function paintLines(
  context: CanvasRenderingContext2D,
  { lines }: Field,
  screen: (place: Place) => Box,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.globalAlpha = 0.35;
  context.beginPath();
  for (const [from, to] of lines) {
    const [a, b] = [screen(from), screen(to)];
    context.moveTo(a.x + a.w / 2, a.y + a.h / 2);
    context.lineTo(b.x + b.w / 2, b.y + b.h / 2);
  }
  context.stroke();
  context.globalAlpha = 1;
}
