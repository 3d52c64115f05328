import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The width of an element in pixels, as the window changes: charts are drawn to it, so that their words stay legible. */
export function useWidth(initial: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? initial)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [initial]);
  return { ref, width };
}
