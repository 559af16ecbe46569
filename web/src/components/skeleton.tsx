/** Grey bars in the place of what is loading; they appear late, so that fast answers do not flicker. */
import { type CSSProperties, type ReactNode, useEffect, useState } from "react";
import "./skeleton.css";

const DELAY_MS = 120;

/** One bar; `width` is in px, or a CSS length. */
export function Skeleton({ width, style }: { width: string | number; style?: CSSProperties }) {
  return <i className="skeleton" style={{ width, ...style }} />;
}

/** Shows its children after 120 ms and tells screen readers once what is loading. */
export function Loading({ what, children }: { what: string; children: ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), DELAY_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <>
      <span className="visually-hidden" role="status">
        {`Loading ${what}`}
      </span>
      {shown && children}
    </>
  );
}
