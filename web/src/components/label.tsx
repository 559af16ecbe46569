/** Small marks beside a name: keys, tags, badges, the running dot, and facts with a label. */
import type { ReactNode } from "react";
import "./label.css";

export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="kbd">{children}</kbd>;
}

export function Tag({ children }: { children: ReactNode }) {
  return <span className="tag">{children}</span>;
}

export function Badge({
  tone = "plain",
  title,
  children,
}: {
  tone?: "plain" | "error" | "warn" | "ok" | "new";
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`badge badge-${tone}`} title={title}>
      {children}
    </span>
  );
}

export function RunningDot() {
  return (
    <span className="running-dot" title="Running: a span has no end yet">
      <span className="visually-hidden">running</span>
    </span>
  );
}

export function FactList({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

export function Fact({
  label,
  title,
  children,
}: {
  label: string;
  title?: string;
  children: ReactNode;
}) {
  return (
    <div className="fact" title={title}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
