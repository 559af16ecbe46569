/** Scores as pages print them: what was given, and everything else on hover. */
import { formatClock, formatDay, NOTHING, type Zone } from "./format";
import { parseTime } from "./time";
import { cutText, oneLine, revealInvisible } from "./untrusted_text";

const LONGEST_COMMENT = 1_000;

/** The parts of a score that are printed. */
export interface Score {
  name: string;
  value: number | null;
  label: string | null;
  comment: string | null;
  time: string;
}

/** The scores of one session by what they are on: the session, or one of its traces. */
export interface SessionScores<Item> {
  own: readonly Item[];
  byTrace: ReadonlyMap<string, readonly Item[]>;
}

/** Those on a trace before those on its spans. */
export function ownFirst<Item extends { span_id: string | null }>(scores: readonly Item[]): Item[] {
  const onSpans = scores.filter((score) => score.span_id !== null);
  return [...scores.filter((score) => score.span_id === null), ...onSpans];
}

/** Scores on a trace's spans stand with the trace, after its own. */
export function groupScores<Item extends { trace_id: string | null; span_id: string | null }>(
  scores: readonly Item[],
): SessionScores<Item> {
  const own: Item[] = [];
  const byTrace = new Map<string, Item[]>();
  for (const score of ownFirst(scores)) {
    if (score.trace_id === null) own.push(score);
    else byTrace.set(score.trace_id, [...(byTrace.get(score.trace_id) ?? []), score]);
  }
  return { own, byTrace };
}

/** What was given: `true`, `0.82`, `correct`; number and label where they say two things. */
export function formatScore({ value, label }: Pick<Score, "value" | "label">): string {
  const named = label === null ? "" : oneLine(label, 40);
  if (value === null) return named || NOTHING;
  // A yes or no is sent as 1 or 0 and its word.
  if (!named || named === String(value === 1)) return named || formatNumber(value);
  return `${formatNumber(value)} ${named}`;
}

/** Name and number whole, the comment, what it is on, and when it was given; one a line. */
export function scoreTooltip(score: Score, on: string, zone: Zone): string {
  const given = [score.value, score.label === null ? null : revealInvisible(score.label)];
  const time = parseTime(score.time);
  return [
    `${revealInvisible(score.name)}: ${given.filter((each) => each !== null).join(", ") || NOTHING}`,
    score.comment === null ? "" : shortComment(score.comment),
    on && `on ${on}`,
    `given ${formatDay(time, zone)} ${formatClock(time, zone)}`,
  ]
    .filter(Boolean)
    .join("\n");
}

function shortComment(comment: string): string {
  const cut = cutText(comment, LONGEST_COMMENT);
  return revealInvisible(cut) + (cut.length < comment.length ? "…" : "");
}

/** Four figures are enough to compare; the whole number is in the tooltip. */
function formatNumber(value: number): string {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}
