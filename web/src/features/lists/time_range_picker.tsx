/** The button that says which time a list covers, and the popover that changes it. */
import { Popover } from "@base-ui/react/popover";
import { type FormEvent, useState } from "react";
import { Anchor } from "@/components/anchor";
import { Button, buttonClass } from "@/components/button";
import { Icon } from "@/components/icon";
import { useNow } from "@/components/time";
import { usePreference } from "@/state/preferences";
import {
  fieldOfTime,
  PRESETS,
  rangeBounds,
  rangeLabel,
  type TimeRange,
  timeOfField,
} from "./time_range";
import "./time_range_picker.css";

interface TimeRangePickerProps {
  range: TimeRange;
  href: (range: TimeRange) => string;
  onChange: (range: TimeRange) => void;
}

export function TimeRangePicker({ range, href, onChange }: TimeRangePickerProps) {
  const [open, setOpen] = useState(false);
  const [zone] = usePreference("zone");
  const now = useNow();
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className={buttonClass({ tone: "line" })}
        aria-label={`Time range: ${rangeLabel(range, now, zone)}`}
      >
        <Icon name="clock" />
        <span className="num">{rangeLabel(range, now, zone)}</span>
        <Icon name="down" small />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={6} className="popover-positioner">
          <Popover.Popup className="popover range-picker" aria-label="Time range">
            <div className="range-presets">
              {PRESETS.map((preset) => (
                <Anchor
                  key={preset.id}
                  className="menu-item"
                  href={href({ preset: preset.id })}
                  aria-current={"preset" in range && range.preset === preset.id}
                  onClick={() => setOpen(false)}
                >
                  <span className="grow">{preset.label}</span>
                  {"preset" in range && range.preset === preset.id && <Icon name="check" small />}
                </Anchor>
              ))}
            </div>
            <Ends
              range={range}
              onApply={(next) => {
                setOpen(false);
                onChange(next);
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Ends({ range, onApply }: { range: TimeRange; onApply: (range: TimeRange) => void }) {
  const [zone] = usePreference("zone");
  const bounds = rangeBounds(range, useNow());
  const [from, setFrom] = useState(bounds.from ? fieldOfTime(bounds.from, zone) : "");
  const [to, setTo] = useState(bounds.to ? fieldOfTime(bounds.to, zone) : "");
  const next = { from: timeOfField(from, zone), to: timeOfField(to, zone) };
  const reversed = next.from !== null && next.to !== null && next.from >= next.to;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onApply(next.from === null && next.to === null ? { preset: "all" } : next);
  };
  return (
    <form className="range-ends" onSubmit={submit}>
      <label>
        <span className="t3">From</span>
        <input
          type="datetime-local"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label>
        <span className="t3">To</span>
        <input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      <p className={reversed ? "error" : "t3"}>
        {reversed
          ? "The end is before the start."
          : `${zone === "UTC" ? "UTC" : "Local time"}. An empty end is open.`}
      </p>
      <Button tone="line" type="submit" disabled={reversed}>
        Show this range
      </Button>
    </form>
  );
}
