import { useEffect, useState } from 'preact/hooks';

/** The width of an element in pixels, as the window changes: charts are drawn to it, so that their words stay legible. */
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
