/** A row of tabs that are links, with what they hold as a count. */
import type { ReactNode } from "react";
import { Anchor } from "./anchor";
import "./tabs.css";

export interface TabItem {
  id: string;
  label: string;
  /** Printed after the label, quieter. */
  count?: ReactNode;
  href: string;
  title?: string;
}

export function TabBar({
  label,
  items,
  current,
  controls,
}: {
  label: string;
  items: readonly TabItem[];
  current: string;
  controls?: string;
}) {
  return (
    <div className="tabs" role="tablist" aria-label={label}>
      {items.map((item) => (
        <Anchor
          key={item.id}
          href={item.href}
          role="tab"
          id={`tab-${item.id}`}
          aria-selected={item.id === current}
          aria-controls={item.id === current ? controls : undefined}
          title={item.title}
        >
          {item.label}
          {item.count !== undefined && <span className="tab-count">{item.count}</span>}
        </Anchor>
      ))}
    </div>
  );
}
