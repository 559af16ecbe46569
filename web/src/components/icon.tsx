/** Draws the icons of the pages: 16 box, 1.5 stroke, round caps; nine of them are span types. */
import type { SpanType } from "@/api/types";
import "./icon.css";

const PATHS = {
  agent: "M8 2l5.2 3v6L8 14l-5.2-3V5zM8 6a2 2 0 110 4 2 2 0 010-4z",
  llm: "M8 2c.5 3.7 2.3 5.5 6 6-3.7.5-5.5 2.3-6 6-.5-3.7-2.3-5.5-6-6 3.7-.5 5.5-2.3 6-6z",
  tool: "M13.4 4.6a3.3 3.3 0 01-4.5 3.9l-4.6 4.7a1.4 1.4 0 01-2-2l4.7-4.6a3.3 3.3 0 013.9-4.5L8.9 4.2l.4 2.1 2.1.4z",
  retrieval:
    "M3 4c0-1.1 2.2-2 5-2s5 .9 5 2-2.2 2-5 2-5-.9-5-2zM3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2",
  embedding: "M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z",
  chain: "M6.5 9.5l3-3M7.3 4.6l1-1a2.9 2.9 0 014.1 4.1l-1 1M8.7 11.4l-1 1a2.9 2.9 0 01-4.1-4.1l1-1",
  guardrail: "M8 2l5 1.8v3.9c0 3-2 5.2-5 6.3-3-1.1-5-3.3-5-6.3V3.8z",
  evaluator: "M2.5 11.5a5.5 5.5 0 1111 0M8 11.5l2.4-3.4",
  span: "M5.5 3h-2v10h2M10.5 3h2v10h-2",
  search: "M7 2.5a4.5 4.5 0 110 9 4.5 4.5 0 010-9zM10.3 10.3l3.2 3.2",
  chevron: "M6 3.5L10.5 8 6 12.5",
  down: "M3.5 6L8 10.5 12.5 6",
  up: "M3.5 10L8 5.5l4.5 4.5",
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  check: "M3 8.5l3.2 3.2L13 4.8",
  clock: "M8 2a6 6 0 110 12A6 6 0 018 2zM8 4.8V8l2.2 1.4",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  external: "M9 2.5h4.5V7M13.5 2.5L7.5 8.5M11.5 9.5v4h-9v-9h4",
  sun: "M8 5.2a2.8 2.8 0 110 5.6 2.8 2.8 0 010-5.6zM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  moon: "M13 9.7A5.5 5.5 0 016.3 3a5.5 5.5 0 106.7 6.7z",
  system: "M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3",
  help: "M8 2a6 6 0 110 12A6 6 0 018 2zM6.3 6.4a1.8 1.8 0 113 1.4c-.7.6-1.3.9-1.3 1.8M8 11.6h.01",
  retry: "M13 8a5 5 0 11-1.6-3.7M13 2.5v2.6h-2.6",
  user: "M8 2.5a2.6 2.6 0 110 5.2 2.6 2.6 0 010-5.2zM3 13.5c.4-2.6 2.4-4 5-4s4.6 1.4 5 4",
  list: "M2.5 3.5h11M2.5 8h11M2.5 12.5h7",
  warning: "M8 2.5l6 10.5H2zM8 6.5v3M8 11.3h.01",
  image: "M2.5 3h11v10h-11zM5.5 5.5h.01M3 11.5l3.5-3 2.5 2 2-1.5 2.5 2",
  file: "M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13",
  audio: "M2.5 6.5v3M5.2 4.5v7M8 2.5v11M10.8 5v6M13.5 7v2",
  full: "M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5l-4.5 4.5M2.5 13.5L7 9",
  link: "M6.5 9.5l3-3M7.3 4.6l1-1a2.9 2.9 0 014.1 4.1l-1 1M8.7 11.4l-1 1a2.9 2.9 0 01-4.1-4.1l1-1",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  small,
  className = "",
}: {
  name: IconName;
  small?: boolean;
  className?: string;
}) {
  return (
    <svg
      className={`icon ${small ? "icon-small" : ""} ${className}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The glyph of a span's type in its hue; `label` says the type to those who cannot see it. */
export function TypeIcon({ type, label = true }: { type: SpanType; label?: boolean }) {
  return (
    <span className="type-icon" title={type}>
      <Icon name={type} className={`type-${type}`} />
      {label && <span className="visually-hidden">{type}</span>}
    </span>
  );
}

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 18 18" fill="none" aria-hidden="true">
      <path
        d="M4 3.5C12.5 3.5 5.5 14.5 14 14.5"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
      <circle cx="4" cy="3.5" r="2" fill="currentColor" />
      <circle cx="14" cy="14.5" r="2" fill="currentColor" />
      <circle cx="9" cy="9" r="2.2" fill="var(--bg-1)" stroke="var(--accent)" strokeWidth="1.5" />
    </svg>
  );
}
