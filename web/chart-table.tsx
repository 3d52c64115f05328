import type { ComponentChildren } from 'preact';

/** A chart with a switch to a table, for screen readers and copying. */
export function ChartTable({
  title,
  head,
  rows,
  children,
}: {
  title: string;
  head: string[];
  rows: (string | number)[][];
  children: ComponentChildren;
}) {
  return (
    <figure>
      {children}
      <details>
        <summary>
          As a table<span class="unseen">: {title}</span>
        </summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={title}>
          <table>
            <caption class="unseen">{title}</caption>
            <thead>
              <tr>
                {head.map((cell) => (
                  <th key={cell} scope="col">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([first, ...others]) => (
                <tr key={first}>
                  <th scope="row">{first}</th>
                  {others.map((cell, index) => (
                    <td key={index}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
