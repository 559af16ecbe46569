/** Filters as chips and free text in one field; Enter reads what was typed. */
import { Menu } from "@base-ui/react/menu";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { buttonClass, IconButton } from "@/components/button";
import { Icon } from "@/components/icon";
import { Kbd } from "@/components/label";
import { FIELDS, type Field, type View } from "./fields";
import { type Filter, printFilter, printOperator, readQuery } from "./filters";
import "./query_bar.css";

interface QueryBarProps {
  view: View;
  q: string;
  filters: readonly Filter[];
  /** What came of it: `38 sessions`. */
  found: string | null;
  onChange: (q: string, filters: readonly Filter[]) => void;
}

export function QueryBar({ view, q, filters, found, onChange }: QueryBarProps) {
  const [draft, setDraft] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setDraft(q), [q]);

  const submit = () => {
    const read = readQuery(view, draft);
    setDraft(read.q);
    onChange(read.q, [...filters, ...read.filters]);
  };
  const edit = (index: number) => {
    const filter = filters[index];
    if (!filter) return;
    onChange(
      q,
      filters.filter((_, other) => other !== index),
    );
    type(printFilter(filter));
  };
  /** Puts text after the words that are searched for, ready to go on. */
  const type = (text: string) => {
    setDraft(q ? `${q} ${text}` : text);
    // After the menu has given the focus back.
    setTimeout(() => input.current?.focus());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") submit();
    else if (event.key === "Escape") {
      setDraft(q);
      input.current?.blur();
    } else if (event.key === "Backspace" && draft === "" && filters.length > 0) {
      edit(filters.length - 1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="bar query-bar">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click beside the text is meant for the text */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard reaches the text itself */}
      <div
        className="query"
        onClick={(event) => event.target === event.currentTarget && input.current?.focus()}
      >
        <Icon name="search" />
        {filters.map((filter, index) => (
          <Chip
            key={printFilter(filter)}
            filter={filter}
            onEdit={() => edit(index)}
            onRemove={() =>
              onChange(
                q,
                filters.filter((_, other) => other !== index),
              )
            }
          />
        ))}
        <input
          ref={input}
          data-search
          type="text"
          value={draft}
          spellCheck={false}
          autoComplete="off"
          aria-label={`Search ${view}`}
          placeholder={
            filters.length > 0
              ? "Search every message, or add a filter"
              : `Search every message, or add a filter: ${EXAMPLES[view]}`
          }
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {draft !== q && draft !== "" ? (
          <span className="query-hint t3">
            <Kbd>↵</Kbd>
            {readQuery(view, draft).filters.length > 0 ? "add filter" : "search"}
          </span>
        ) : q ? (
          <span className="t3 num query-found">{found}</span>
        ) : (
          <Kbd>/</Kbd>
        )}
        {draft !== "" && (
          <IconButton
            icon="close"
            label="Clear search"
            small
            onClick={() => {
              setDraft("");
              if (q) onChange("", filters);
            }}
          />
        )}
      </div>
      <FilterMenu view={view} onChoose={(field) => type(`${field.name} ${FIRST[field.kind]}`)} />
    </div>
  );
}

const EXAMPLES: Record<View, string> = {
  sessions: "error_count > 0",
  traces: "duration_ms > 5000",
  spans: "type = tool",
};
const FIRST: Record<Field["kind"], string> = {
  number: "> ",
  text: "= ",
  list: "= ",
  time: "> ",
  flag: "= true",
};

function Chip({
  filter,
  onEdit,
  onRemove,
}: {
  filter: Filter;
  onEdit: () => void;
  onRemove: () => void;
}) {
  return (
    <span className="chip">
      <button
        type="button"
        className="chip-text"
        title={`Edit: ${printFilter(filter)}`}
        onClick={onEdit}
      >
        <span>{filter.field}</span>
        <span className="chip-operator">{printOperator(filter.operator)}</span>
        {filter.operator !== "exists" && <b className="truncate">{filter.value}</b>}
      </button>
      <button type="button" aria-label={`Remove filter ${printFilter(filter)}`} onClick={onRemove}>
        <Icon name="close" small />
      </button>
    </span>
  );
}

function FilterMenu({ view, onChoose }: { view: View; onChoose: (field: Field) => void }) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={`${buttonClass({ tone: "line" })} query-button`}>
        <Icon name="plus" />
        Filter
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={6} className="popover-positioner">
          <Menu.Popup className="menu scroll filter-menu" finalFocus={false}>
            {FIELDS[view].map((field) => (
              <Menu.Item key={field.name} className="menu-item" onClick={() => onChoose(field)}>
                <span className="mono grow">{field.name}</span>
                <span className="t3">{field.kind}</span>
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
