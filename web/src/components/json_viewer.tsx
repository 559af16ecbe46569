/** Shows any JSON value: numbered lines that fold, few of them drawn, long strings cut. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useMemo, useRef, useState } from "react";
import { exactNumber } from "@/model/exact_json";
import { formatBytes } from "@/model/format";
import {
  copyText,
  countLabel,
  foldedAtFirst,
  type Json,
  type JsonLine,
  jsonLines,
  pathLabel,
  STRING_LIMIT,
  STRING_STEP,
  shownString,
  visibleLines,
} from "@/model/json_lines";
import { byteLength, revealInvisible } from "@/model/untrusted_text";
import { CopyButton } from "./copy_button";
import { Icon } from "./icon";
import "./json_viewer.css";

/** Up to here all lines are drawn and the page scrolls; above, the viewer scrolls by itself. */
const DRAWN_WHOLE = 120;
/** How many lines show before anything was folded or unfolded by hand. */
const SHOWN_AT_FIRST = 2000;
const LINE_HEIGHT = 19;

export function JsonViewer({ value, label }: { value: Json; label: string }) {
  const lines = useMemo(() => jsonLines(value), [value]);
  const initial = useMemo(() => foldedAtFirst(lines, SHOWN_AT_FIRST), [lines]);
  const [changed, setChanged] = useState<{
    of: readonly JsonLine[];
    folded: ReadonlySet<string>;
  }>();
  const folded = changed?.of === lines ? changed.folded : initial;
  const [limits, setLimits] = useState<ReadonlyMap<string, number>>(new Map());
  const visible = useMemo(() => visibleLines(lines, folded), [lines, folded]);
  const toggle = (path: string) => {
    const next = new Set(folded);
    if (!next.delete(path)) next.add(path);
    setChanged({ of: lines, folded: next });
  };
  const draw = (line: JsonLine) => (
    <Line
      line={line}
      closing={line.kind === "open" && folded.has(line.path) ? lines[line.closedBy] : undefined}
      limit={limits.get(line.path) ?? STRING_LIMIT}
      onToggle={() => toggle(line.path)}
      onMore={(limit) => setLimits(new Map(limits).set(line.path, limit))}
    />
  );
  const digits = String(lines.length).length;
  const style = { ["--gutter" as string]: `${Math.max(3, digits) + 1.5}ch` };
  if (visible.length <= DRAWN_WHOLE) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset is for inputs
      <div className="json" style={style} role="group" aria-label={label}>
        {visible.map((line) => (
          <div key={line.number} className="json-line">
            {draw(line)}
          </div>
        ))}
      </div>
    );
  }
  return <VirtualLines visible={visible} draw={draw} label={label} style={style} />;
}

interface VirtualLinesProps {
  visible: readonly JsonLine[];
  draw: (line: JsonLine) => React.ReactNode;
  label: string;
  style: React.CSSProperties;
}

function VirtualLines({ visible, draw, label, style }: VirtualLinesProps) {
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: visible.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => visible[index]?.number ?? index,
    overscan: 12,
  });
  return (
    <section
      ref={scroller as RefObject<HTMLElement>}
      className="json json-scroll scroll"
      style={style}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
      tabIndex={0}
      aria-label={`${label}, ${visible.length.toLocaleString("en-US")} lines`}
    >
      <div className="json-whole" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = visible[item.index];
          if (!line) return null;
          return (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="json-line json-line-placed"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {draw(line)}
            </div>
          );
        })}
      </div>
    </section>
  );
}

interface LineProps {
  line: JsonLine;
  /** The closing line of a container that is folded. */
  closing: JsonLine | undefined;
  limit: number;
  onToggle: () => void;
  onMore: (limit: number) => void;
}

function Line({ line, closing, limit, onToggle, onMore }: LineProps) {
  const [hovered, setHovered] = useState(false);
  const open = line.kind === "open";
  const place = pathLabel(line.path);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only shows what copying the whole gives as well
    <div
      className="json-line-row"
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
    >
      <span className="json-number" aria-hidden="true">
        {line.number}
      </span>
      {open ? (
        <button
          type="button"
          className="json-fold"
          aria-expanded={!closing}
          aria-label={`${closing ? "Unfold" : "Fold"} ${place}`}
          onClick={onToggle}
        >
          <Icon name="chevron" small />
        </button>
      ) : (
        <span className="json-fold" />
      )}
      <span className="json-text" style={{ paddingLeft: `${line.depth * 2}ch` }}>
        {line.name !== null && line.kind !== "close" && (
          <>
            <span className="json-key">{revealInvisible(JSON.stringify(line.name))}</span>
            {": "}
          </>
        )}
        <Value line={line} closing={closing} limit={limit} onToggle={onToggle} onMore={onMore} />
        {(closing ?? line).comma && ","}
      </span>
      {hovered && line.kind !== "close" && line.kind !== "left_out" && (
        <span className="json-actions">
          <CopyButton text={place} label="Copy path" />
          <CopyButton text={() => copyText(line.value)} label="Copy value" />
        </span>
      )}
    </div>
  );
}

function Value({ line, closing, limit, onToggle, onMore }: LineProps) {
  if (line.kind === "left_out") {
    return (
      <span className="t3">{`${line.count.toLocaleString("en-US")} more not listed; copy the value to have all`}</span>
    );
  }
  if (line.kind === "open" && closing) {
    return (
      <>
        {line.bracket}
        <button type="button" className="json-count" onClick={onToggle}>
          {countLabel(line)}
        </button>
        {closing.bracket}
      </>
    );
  }
  if (line.kind !== "value") return <>{line.bracket}</>;
  const { value } = line;
  if (typeof value === "string") return <StringValue value={value} limit={limit} onMore={onMore} />;
  const number = exactNumber(value) ?? (typeof value === "number" ? String(value) : null);
  if (number !== null) return <span className="json-number-value">{number}</span>;
  if (value === null || typeof value === "boolean")
    return <span className="json-word">{String(value)}</span>;
  return <>{Array.isArray(value) ? "[]" : "{}"}</>;
}

function StringValue({
  value,
  limit,
  onMore,
}: {
  value: string;
  limit: number;
  onMore: (limit: number) => void;
}) {
  const { text, hidden } = shownString(value, limit);
  return (
    <>
      <span className="json-string">
        {'"'}
        {revealInvisible(text)
          // The escape stays to be read, and the line breaks after it as the text does.
          .split(/(?<=(?<!\\)(?:\\\\)*\\n)/)
          .map((part, index, parts) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no other name
            <span key={index}>
              {part}
              {index < parts.length - 1 && <br />}
            </span>
          ))}
        {hidden === 0 && '"'}
      </span>
      {hidden > 0 && (
        <button type="button" className="json-more" onClick={() => onMore(limit + STRING_STEP)}>
          {moreLabel(value, limit, hidden)}
        </button>
      )}
    </>
  );
}

/** `show 14 kB more`, or `show 65 kB of 4.1 MB more` where one click does not show all. */
export function moreLabel(text: string, limit: number, hidden: number): string {
  const rest = formatBytes(byteLength(text.slice(text.length - hidden)));
  if (hidden <= STRING_STEP) return `show ${rest} more`;
  return `show ${formatBytes(byteLength(text.slice(limit, limit + STRING_STEP)))} of ${rest} more`;
}
