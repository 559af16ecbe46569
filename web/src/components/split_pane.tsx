/** Two panes and a grip between them; the size of the second is the reader's and is remembered. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import "./split_pane.css";

interface SplitPaneProps {
  /** Where the size is kept in this browser: one name per place in which a split is used. */
  name: string;
  /** `row`: side by side; `column`: one above the other. */
  direction: "row" | "column";
  /** What the grip resizes: `Resize span panel`. */
  label: string;
  first: ReactNode;
  /** Null: the first pane has the whole place. */
  second: ReactNode | null;
}

/** Neither pane gets smaller than this share of the whole. */
const LEAST = 0.2;
const STEP = 0.02;

export function SplitPane({ name, direction, label, first, second }: SplitPaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(() => storedShare(name));
  const change = (next: number | null) => {
    const clamped = next === null ? null : Math.min(1 - LEAST, Math.max(LEAST, next));
    setShare(clamped);
    store(name, clamped);
  };
  /** The present share, measured where the reader has not chosen one. */
  const measured = () => {
    const whole = box.current?.getBoundingClientRect();
    const pane = box.current?.lastElementChild?.getBoundingClientRect();
    if (!whole || !pane) return 0.5;
    return direction === "row" ? pane.width / whole.width : pane.height / whole.height;
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const whole = box.current?.getBoundingClientRect();
    if (!whole || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const row = direction === "row";
    change(
      row
        ? (whole.right - event.clientX) / whole.width
        : (whole.bottom - event.clientY) / whole.height,
    );
  };
  const nudge = (event: KeyboardEvent) => {
    const grow = direction === "row" ? "ArrowLeft" : "ArrowUp";
    const shrink = direction === "row" ? "ArrowRight" : "ArrowDown";
    if (event.key !== grow && event.key !== shrink) return;
    event.preventDefault();
    event.stopPropagation();
    change((share ?? measured()) + (event.key === grow ? STEP : -STEP));
  };
  const open = second !== null;
  return (
    <div
      ref={box}
      className={`split split-${direction}${open ? "" : " split-closed"}`}
      style={share === null ? undefined : { ["--split" as string]: `${share * 100}%` }}
    >
      <div className="pane">{first}</div>
      {open && (
        // biome-ignore lint/a11y/useSemanticElements: a rule cannot be dragged or hold a value
        <div
          className="grip"
          role="separator"
          aria-orientation={direction === "row" ? "vertical" : "horizontal"}
          aria-label={label}
          aria-valuemin={LEAST * 100}
          aria-valuemax={(1 - LEAST) * 100}
          aria-valuenow={Math.round((share ?? 0.5) * 100)}
          title={`${label}; double-click resets`}
          tabIndex={0}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={drag}
          onDoubleClick={() => change(null)}
          onKeyDown={nudge}
        />
      )}
      {open && <div className="pane">{second}</div>}
    </div>
  );
}

function storedShare(name: string): number | null {
  try {
    const share = Number(localStorage.getItem(`threadline.split.${name}`));
    return share >= LEAST && share <= 1 - LEAST ? share : null;
  } catch {
    return null;
  }
}

function store(name: string, share: number | null): void {
  try {
    if (share === null) localStorage.removeItem(`threadline.split.${name}`);
    else localStorage.setItem(`threadline.split.${name}`, String(share));
  } catch {
    // Storage may be forbidden: the size holds until the page is closed.
  }
}
