import { useEffect, useState } from 'preact/hooks';
import { fetchPicture, type Session } from './api.ts';
import { languageOf } from './format.ts';

/** A title's image, or its name if there is none. */
export function Artwork({ session, url, title }: { session: Session; url: string | null; title: string }) {
  const isOwn = url !== null && !/^https?:/.test(url);
  const [source, setSource] = useState(isOwn ? null : url);
  useEffect(() => {
    if (!isOwn) return setSource(url);
    let blob: string | null = null;
    let isGone = false;
    const load = async (): Promise<void> => {
      blob = await fetchPicture(session, url);
      if (isGone && blob) URL.revokeObjectURL(blob);
      else setSource(blob);
    };
    void load();
    return () => {
      isGone = true;
      if (blob) URL.revokeObjectURL(blob);
    };
  }, [session, url, isOwn]);
  if (source === null) {
    return (
      <div class="artwork" aria-hidden="true" lang={languageOf(title)}>
        {title}
      </div>
    );
  }
  return <img class="artwork" src={source} alt="" loading="lazy" onError={() => setSource(null)} />;
}
