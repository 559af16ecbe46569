/** The events of a span in the order they happened, exceptions among them. */
import { useState } from "react";
import type { SpanDetail } from "@/api/types";
import { Button } from "@/components/button";
import { exceptionOf } from "@/model/exceptions";
import { counted, formatOffset, timeTooltip } from "@/model/format";
import { millisecondsBetween, parseTime } from "@/model/time";
import { revealInvisible } from "@/model/untrusted_text";
import { AttributeList } from "./attributes_tab";
import { ExceptionBlock } from "./exception_block";
import { Payload } from "./payload";
import type { TraceModel } from "./trace_data";

const PORTION = 100;

export function EventsTab({ detail, model }: { detail: SpanDetail; model: TraceModel }) {
  const [limit, setLimit] = useState(PORTION);
  const { events } = detail;
  if (events.length === 0) return <p className="t3">No events.</p>;
  const rest = events.length - limit;
  return (
    <>
      {events.slice(0, limit).map((event, index) => {
        const time = event.time === null ? null : parseTime(event.time);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an event is its place in the list
          <section key={index} className="event" aria-label={revealInvisible(event.name)}>
            <div className="row gap-4 event-head">
              <span className="mono medium truncate grow">
                <bdi>{revealInvisible(event.name)}</bdi>
              </span>
              {event.source === "log" && (
                <span className="t3" title="It came as a log record that names this span">
                  log record
                </span>
              )}
              {event.time !== null && time !== null && (
                <time className="t3 num" dateTime={event.time} title={timeTooltip(time)}>
                  {formatOffset(millisecondsBetween(model.scale.start, time))}
                </time>
              )}
            </div>
            {event.name === "exception" ? (
              <ExceptionBlock exception={exceptionOf(event)} caught={detail.status === "ok"} />
            ) : (
              <AttributeList label="Attributes" attributes={event.attributes} />
            )}
            {event.body !== null && <Payload label="Body" value={event.body} />}
          </section>
        );
      })}
      {rest > 0 && (
        <Button small tone="line" onClick={() => setLimit(limit + PORTION)}>
          {`Show more, ${counted(rest, "event")} left`}
        </Button>
      )}
    </>
  );
}
