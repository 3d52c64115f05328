export const RUN_ID = /^[\w-]{8,64}$/;

/** A request's run: `<id>` or `<id>; kind=sync`. */
export const RUN_HEADER = 'Immersion-Batch';

export interface ClientRun {
  id: string;
  /** `sync`, `add`, `import` … */
  kind: string;
}

export const writeRunHeader = ({ id, kind }: ClientRun): string => `${id}; kind=${kind}`;

/** Older clients send the id alone: kind `contract`. Undefined if invalid. */
export function readRunHeader(text: string): ClientRun | undefined {
  const [, id = '', kind = 'contract'] = /^([^;]*?)\s*(?:;\s*kind=([a-z]{1,20}))?$/.exec(text) ?? [];
  return RUN_ID.test(id) ? { id, kind } : undefined;
}
