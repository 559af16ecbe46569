/** Turns a score or a user's feedback into the OpenTelemetry event that carries it. */
import { randomBytes } from "node:crypto";
import type { Attributes, Span } from "@opentelemetry/api";
import { activeSpan } from "./activeContext.js";
import { idText, SESSION_ID } from "./attributes.js";
import { log } from "./guard.js";
import { type LaminarSpanContext, parseSpanContext, traceIdHex } from "./spanContext.js";

/** An event of OpenTelemetry's semantic conventions for GenAI:
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/ */
export const EVENT_NAME = "gen_ai.evaluation.result";

/** One OTLP log record: a score on a span, a trace or a session. */
export interface ScoreRecord {
  /** When it was given, in nanoseconds since the epoch. */
  readonly timeNs: bigint;
  readonly eventName: string;
  /** 32 lower-case hexadecimal digits; undefined for a session. */
  readonly traceId?: string | undefined;
  /** 16 lower-case hexadecimal digits; undefined for a trace or a session. */
  readonly spanId?: string | undefined;
  /** Name, value, label, explanation, id and session of the score. */
  readonly attributes: Attributes;
}

/** What a score is given to, and what is said with it. */
export interface ScoreOptions {
  /** Why it was given. */
  comment?: string;
  /** The span it is for. Default: the current span. */
  spanContext?: string | LaminarSpanContext;
  /** The trace it is for: a UUID or 32 hexadecimal digits. */
  traceId?: string;
  /** The session it is for. */
  sessionId?: string;
  /** Names the score: sent again with the same id it replaces the first. Default: a random one. */
  id?: string;
}

/** What a score can be: a number, true or false (1 or 0), or a label. */
export type ScoreValue = number | boolean | string;

/**
 * Make the record of a score.
 *
 * @param timeNs - When it was given, in nanoseconds since the epoch.
 * @returns The record, or undefined (with a warning) if the score says nothing or is for nothing.
 */
export function scoreRecord(
  name: string,
  value: ScoreValue,
  options: ScoreOptions,
  timeNs: bigint,
): ScoreRecord | undefined {
  const attributes: Attributes = {
    "gen_ai.evaluation.name": String(name),
    "threadline.score.id": idText(options.id) ?? randomBytes(16).toString("hex"),
  };
  if (typeof value === "number" && Number.isFinite(value)) {
    attributes["gen_ai.evaluation.score.value"] = value;
  } else if (typeof value === "boolean") {
    attributes["gen_ai.evaluation.score.value"] = value ? 1 : 0;
    attributes["gen_ai.evaluation.score.label"] = String(value);
  } else if (typeof value === "string") {
    attributes["gen_ai.evaluation.score.label"] = value;
  } else {
    log("warn", `the score "${String(name)}" has no value and is left out`);
    return undefined;
  }
  if (options.comment !== undefined) {
    attributes["gen_ai.evaluation.explanation"] = String(options.comment);
  }
  const target = targetOf(options, activeSpan());
  if (target === undefined) {
    log(
      "warn",
      `the score "${String(name)}" is for nothing and is left out: give spanContext, traceId ` +
        "or sessionId, or call it inside a span",
    );
    return undefined;
  }
  if (target.sessionId !== undefined) attributes[SESSION_ID] = target.sessionId;
  return {
    eventName: EVENT_NAME,
    timeNs,
    traceId: target.traceId,
    spanId: target.spanId,
    attributes,
  };
}

interface Target {
  traceId?: string | undefined;
  spanId?: string | undefined;
  sessionId?: string | undefined;
}

function targetOf(options: ScoreOptions, current: Span | undefined): Target | undefined {
  if (options.spanContext !== undefined) {
    const parsed = parseSpanContext(options.spanContext);
    return parsed && { traceId: parsed.traceId, spanId: parsed.spanId };
  }
  if (options.traceId !== undefined) {
    const traceId = traceIdHex(options.traceId);
    return traceId === undefined ? undefined : { traceId };
  }
  const sessionId = idText(options.sessionId);
  if (sessionId !== undefined) return { sessionId };
  const { traceId, spanId } = current?.spanContext() ?? {};
  return traceId === undefined ? undefined : { traceId, spanId };
}
