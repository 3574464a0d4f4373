import { Handle, type NodeHandle, Position } from '@xyflow/react';

/** A line begins and ends at the sides that face each other. */
const SIDES = [Position.Left, Position.Right, Position.Top, Position.Bottom] as const;
export type Side = (typeof SIDES)[number];

/** Where lines may begin and end; they are seen by nobody. */
export function Sides() {
  return SIDES.map((side) => (
    <span key={side} style={{ display: 'contents' }}>
      <Handle id={side} type="source" position={side} isConnectable={false} />
      <Handle id={side} type="target" position={side} isConnectable={false} />
    </span>
  ));
}

/**
 * Where these are in a box of a size. Told beforehand, so that only boxes in sight become elements: of those of which it knows
 * nothing the library would make all once, to measure them.
 */
export function handlesOf(width: number, height: number): NodeHandle[] {
  const places = {
    [Position.Left]: { x: 0, y: height / 2 },
    [Position.Right]: { x: width, y: height / 2 },
    [Position.Top]: { x: width / 2, y: 0 },
    [Position.Bottom]: { x: width / 2, y: height },
  };
  return SIDES.flatMap((position) =>
    (['source', 'target'] as const).map((type) => ({ id: position, type, position, ...places[position] })),
  );
}

interface Center {
  x: number;
  y: number;
}

/** The sides that face each other. */
export function facing(from: Center, to: Center): { sourceHandle: Side; targetHandle: Side } {
  const right = to.x - from.x;
  const down = to.y - from.y;
  if (Math.abs(right) > Math.abs(down)) {
    return right > 0
      ? { sourceHandle: Position.Right, targetHandle: Position.Left }
      : { sourceHandle: Position.Left, targetHandle: Position.Right };
  }
  return down > 0
    ? { sourceHandle: Position.Bottom, targetHandle: Position.Top }
    : { sourceHandle: Position.Top, targetHandle: Position.Bottom };
}
