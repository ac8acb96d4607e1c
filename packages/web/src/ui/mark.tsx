import type { ReactElement } from 'react';

/** The goose in flight; `label` for the one that names the product, none where it is ornament. */
export function Mark({ size, label }: { size: number; label?: string }): ReactElement {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 48 48"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      <path fill="var(--mark-wing)" d="M7 3 30 18.5 19 26.8z" />
      <path fill="var(--mark-body)" d="M2 36.5 19 27 37 12 46 11.5 40.5 17 27.5 32.5z" />
      <path fill="var(--mark-beak)" d="M38.2 12 47 11.2 42 16.4z" />
    </svg>
  );
}

/** Geese flying as 人: the only ornament. */
export function Formation({ width }: { width: number }): ReactElement {
  const geese = [
    [330, 20, 84, 1],
    [240, 45, 56, 0.86],
    [165, 72, 44, 0.68],
    [98, 98, 36, 0.5],
    [40, 122, 30, 0.36],
    [310, 125, 48, 0.8],
    [275, 178, 40, 0.62],
    [245, 228, 32, 0.45],
  ] as const;
  return (
    <svg width={width} viewBox="0 0 430 270" aria-hidden="true">
      {geese.map(([x, y, size, opacity]) => (
        <g key={x} transform={`translate(${x} ${y}) scale(${size / 48})`} opacity={opacity}>
          <path fill="var(--mark-wing)" opacity="0.7" d="M7 3 30 18.5 19 26.8z" />
          <path fill="var(--mark-body)" d="M2 36.5 19 27 37 12 46 11.5 40.5 17 27.5 32.5z" />
        </g>
      ))}
    </svg>
  );
}
