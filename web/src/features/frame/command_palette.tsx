/** The dialog in which one types where to go: sessions, a trace id, a search, or a command. */
import { Dialog } from "@base-ui/react/dialog";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Fragment, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { listQuery } from "@/api/queries";
import { Anchor } from "@/components/anchor";
import { Icon } from "@/components/icon";
import { Kbd } from "@/components/label";
import { counted } from "@/model/format";
import { revealInvisible } from "@/model/untrusted_text";
import { navigate, useUrl } from "@/state/navigation";
import { printedKeys, useRegisteredShortcuts } from "@/state/shortcuts";
import { type Entry, paletteEntries } from "./palette_entries";
import "./command_palette.css";

interface CommandPaletteProps {
  open: boolean;
  onClose: () => void;
  onHelp: () => void;
}

export function CommandPalette({ open, onClose, onHelp }: CommandPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="dialog palette" aria-label="Command palette">
          <Palette onClose={onClose} onHelp={onHelp} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ onClose, onHelp }: Omit<CommandPaletteProps, "open">) {
  const url = useUrl();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const commands = useRegisteredShortcuts();
  const sessions = useSessionsNamed(text);
  const entries = paletteEntries({
    text,
    sessions,
    commands,
    listHref: url.listHref,
    traceHref: url.traceHref,
    onHelp,
  });
  const current = Math.min(chosen, entries.length - 1);
  const list = useId();
  const optionId = (index: number) => `${list}-${index}`;
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const option = scroller.current?.querySelector("[aria-selected=true]");
    if (current >= 0) option?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const follow = (entry: Entry) => {
    onClose();
    if ("href" in entry) navigate(entry.href);
    else entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const entry = entries[current];
    if (event.key === "ArrowDown") setChosen((current + 1) % entries.length);
    else if (event.key === "ArrowUp") setChosen((current + entries.length - 1) % entries.length);
    else if (event.key === "Enter" && entry) follow(entry);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="palette-input">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label="Session, trace id, text or command"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={current >= 0 ? optionId(current) : undefined}
          placeholder="Session, trace id, text, or > for commands"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Kbd>Esc</Kbd>
      </div>
      <div
        className="palette-entries scroll"
        role="listbox"
        id={list}
        aria-label="Where to go"
        ref={scroller}
      >
        {entries.map((entry, index) => (
          <Fragment key={entry.id}>
            {entries[index - 1]?.group !== entry.group && (
              <div className="palette-group" role="presentation">
                {entry.group}
              </div>
            )}
            <Option
              id={optionId(index)}
              entry={entry}
              selected={index === current}
              onFollow={() => ("href" in entry ? onClose() : follow(entry))}
            />
          </Fragment>
        ))}
        {entries.length === 0 && <div className="palette-group">No command has this name</div>}
      </div>
    </>
  );
}

interface OptionProps {
  id: string;
  entry: Entry;
  selected: boolean;
  /** A command is to run; of a link the palette only closes. */
  onFollow: () => void;
}

function Option({ id, entry, selected, onFollow }: OptionProps) {
  const shared = {
    id,
    role: "option",
    "aria-selected": selected,
    tabIndex: -1,
    className: "palette-entry",
  } as const;
  const content = (
    <>
      <Icon name={entry.icon} className="t2" />
      <span className={`truncate ${entry.mono ? "mono palette-id" : ""}`}>
        {revealInvisible(entry.title)}
      </span>
      {entry.detail && <span className="truncate t3">{revealInvisible(entry.detail)}</span>}
      <span className="palette-hint">
        {entry.failed ? <span className="error">{counted(entry.failed, "error")}</span> : null}
        {entry.keys && printedKeys(entry.keys).map((key) => <Kbd key={key}>{key}</Kbd>)}
        {selected && !entry.keys && <Kbd>↵</Kbd>}
      </span>
    </>
  );
  if ("href" in entry) {
    return (
      <Anchor {...shared} href={entry.href} onClick={onFollow}>
        {content}
      </Anchor>
    );
  }
  return (
    <button {...shared} type="button" onClick={onFollow}>
      {content}
    </button>
  );
}

const PAUSE_MS = 150;

/** The sessions whose id holds the text, the last active first; the ones before while it is asked. */
function useSessionsNamed(text: string) {
  const { project } = useUrl();
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const wanted = asked !== "" && !asked.startsWith(">");
  const question = {
    q: "",
    filter: [`session_id:contains:${asked}`],
    sort: "-end_time",
    range: "all",
    bounds: () => ({ from: null, to: null }),
  };
  const { data } = useInfiniteQuery({
    ...listQuery(project, "sessions", question),
    enabled: wanted,
    placeholderData: keepPreviousData,
  });
  return wanted ? (data?.pages[0]?.items ?? []) : [];
}
