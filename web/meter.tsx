/** Progress towards a whole, capped at full. */
export function Meter({ label, value }: { label: string; value: number }) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <svg
      class={value >= 1 ? 'meter met' : 'meter'}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
    >
      <rect class="track" width={100} height={6} />
      <rect class="bar" width={percent} height={6} />
    </svg>
  );
}
