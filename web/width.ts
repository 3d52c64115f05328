import { useEffect, useState } from 'preact/hooks';

/** An element's width in pixels: charts are drawn to size so that their labels stay legible. */
export function useWidth(initial: number) {
  const [element, ref] = useState<HTMLDivElement | null>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? initial)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, initial]);
  return { ref, width };
}
