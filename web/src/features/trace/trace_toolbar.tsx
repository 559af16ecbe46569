/** Above the tree: one toggle per span type that the trace has, errors, and the search for a span. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { SpanSummary } from "@/api/types";
import { Button, IconButton } from "@/components/button";
import { Icon, TypeIcon } from "@/components/icon";
import { Kbd } from "@/components/label";
import { counted, formatCount } from "@/model/format";
import { SPAN_TYPES, type SpanType } from "@/model/span";
import { countByType, isFiltering, type TreeRow } from "@/model/tree_rows";
import type { TraceModel } from "./trace_data";
import type { TraceState } from "./trace_state";

/** A pause in typing after which the address and the rows follow. */
const TYPING_MS = 150;

interface TraceToolbarProps {
  model: TraceModel;
  rows: readonly TreeRow<SpanSummary>[];
  state: TraceState;
}

export function TraceToolbar({ model, rows, state }: TraceToolbarProps) {
  const { filter } = state;
  const counts = useMemo(() => countByType(model.spans), [model.spans]);
  const errors = useMemo(
    () => model.spans.filter((span) => span.status === "error").length,
    [model.spans],
  );
  const toggle = (type: SpanType) => {
    const types = new Set(filter.types);
    if (!types.delete(type)) types.add(type);
    state.setTypes(types);
  };
  const matches = isFiltering(filter) ? rows.filter((row) => row.matches).length : null;
  return (
    <div className="bar trace-toolbar" role="toolbar" aria-label="Filter spans">
      {SPAN_TYPES.filter((type) => counts.has(type)).map((type) => (
        <Button
          key={type}
          small
          className="type-toggle"
          aria-pressed={filter.types.has(type)}
          title={`Only ${type} spans`}
          onClick={() => toggle(type)}
        >
          <TypeIcon type={type} />
          <span className="num">{formatCount(counts.get(type) ?? 0)}</span>
        </Button>
      ))}
      {(errors > 0 || filter.errorsOnly) && (
        <Button
          small
          tone="danger"
          aria-pressed={filter.errorsOnly}
          title="Only spans that failed"
          onClick={() => state.setErrorsOnly(!filter.errorsOnly)}
        >
          Errors <span className="num">{formatCount(errors)}</span>
        </Button>
      )}
      <span className="grow" />
      {matches !== null && (
        <span className="t3 num" role="status">
          {counted(matches, "match", "matches")}
        </span>
      )}
      <FindSpan text={filter.text} onChange={state.setText} />
    </div>
  );
}

function FindSpan({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [draft, setDraft] = useState(text);
  const timer = useRef(0);
  // The address may change without typing: back, a link, the filter cleared.
  useEffect(() => setDraft(text), [text]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const type = (next: string) => {
    setDraft(next);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onChange(next), TYPING_MS);
  };
  return (
    <label className="find-span">
      <Icon name="search" />
      <input
        data-search
        value={draft}
        placeholder="Find span"
        aria-label="Find span by name or id"
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          // The first Escape clears, the next one is the page's.
          if (draft !== "") event.stopPropagation();
          type("");
          if (draft === "") event.currentTarget.blur();
        }}
      />
      {draft === "" ? (
        <Kbd>/</Kbd>
      ) : (
        <IconButton icon="close" label="Clear" small onClick={() => type("")} />
      )}
    </label>
  );
}
