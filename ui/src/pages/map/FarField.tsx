import { useComputedColorScheme } from '@mantine/core';
import { useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { type Field, paint } from './far-field';
import classes from './Map.module.css';

/** Very many machines from afar, painted: as elements they would take the browser half a minute. */
export function FarField({ field }: { field: Field }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [x, y, zoom] = useStore((store) => store.transform);
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  const scheme = useComputedColorScheme();

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const dense = window.devicePixelRatio;
    // Setting a size clears and makes anew what is behind the canvas.
    const size = [Math.round(width * dense), Math.round(height * dense)] as const;
    if (element.width !== size[0] || element.height !== size[1]) [element.width, element.height] = size;
    context.setTransform(dense, 0, 0, dense, 0, 0);
    const style = getComputedStyle(element);
    paint(context, field, { x, y, zoom, width, height }, (name) => style.getPropertyValue(name).trim());
  }, [field, x, y, zoom, width, height, scheme]);

  return <canvas ref={canvas} className={classes.field} aria-hidden />;
}
