/** Turns the spans of a tracer provider, whoever starts them, into spans of sessions that are sent. */
import { type Context, context, ROOT_CONTEXT, TraceFlags } from "@opentelemetry/api";
import { ExportResultCode, suppressTracing } from "@opentelemetry/core";
import type { ReadableSpan, Span, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace";
import { ended, isOpen, sessionOf, started } from "./association.js";
import { SESSION_ID } from "./attributes.js";
import { serveAlone, stopServingAlone } from "./client.js";
import { attributesBytes, estimatedBytes } from "./export/memory.js";
import { encodeScores, encodeSpans } from "./export/otlp.js";
import { Outgoing } from "./export/outgoing.js";
import type { Queued } from "./export/queue.js";
import { SamplingGate } from "./export/sampling.js";
import { type Outcome, Transport } from "./export/transport.js";
import { type Deliver, ExportWorker } from "./export/worker.js";
import { failed } from "./guard.js";
import type { ScoreRecord } from "./score.js";
import { resolve, type Settings, type SettingsArguments } from "./settings.js";
import { noteLevel } from "./tracingLevel.js";

const EXIT_SECONDS = 5;
const UNREACHABLE_EXIT_SECONDS = 2;
/** After so many estimated bytes of copies the event loop gets a turn. */
const SLICE_BYTES = 1024 * 1024;

/** Options of a processor: those of `Laminar.initialize` for sending, and the official spellings. */
export interface LaminarSpanProcessorOptions
  extends Omit<SettingsArguments, "projectApiKey" | "metadata"> {
  /** The project key. Environment: LMNR_PROJECT_API_KEY. A server in open mode takes none. */
  apiKey?: string;
  /** The port, if the URL names none; another spelling of `httpPort`. */
  port?: number;
  /** Takes the spans instead of the server, as they are: what masks and cuts acts on what is sent. */
  exporter?: SpanExporter;
  /** Takes the spans instead of the server once they carry their session, user and metadata. */
  spanProcessor?: SpanProcessor;
}

/**
 * A span processor that names each span's session and user and sends it to a Threadline server.
 *
 * `Laminar.initialize` adds one by itself. Alone it serves a provider of your own:
 * `new NodeTracerProvider({ spanProcessors: [new LaminarSpanProcessor()] })`.
 *
 * Spans wait in memory (64 MiB at most) and leave within half a second. What waits when the event loop
 * runs empty is sent before the process ends. `process.exit()` and an unhandled signal end it at once:
 * `await` `forceFlush()` or `shutdown()` before. A function that is frozen between requests awaits
 * `forceFlush()` at the end of each.
 */
export class LaminarSpanProcessor implements SpanProcessor {
  readonly #settings: Settings;
  readonly #outgoing: Outgoing;
  readonly #exporter: SpanExporter | undefined;
  readonly #next: SpanProcessor | undefined;
  readonly #transport: Transport;
  readonly #spans: ExportWorker<ReadableSpan>;
  readonly #scores: ExportWorker<ScoreRecord>;
  readonly #gate: SamplingGate<ReadableSpan> | undefined;
  #hasFailedAtExit = false;

  /** @throws TypeError or RangeError if an option cannot be meant. */
  constructor(options: LaminarSpanProcessorOptions = {}) {
    const { apiKey, port, exporter, ...others } = options;
    const settings =
      resolved.get(options) ??
      resolve({
        ...others,
        ...(apiKey === undefined ? {} : { projectApiKey: apiKey }),
        ...(port === undefined || others.httpPort !== undefined ? {} : { httpPort: port }),
      });
    this.#settings = settings;
    this.#exporter = exporter;
    this.#next = others.spanProcessor;
    this.#outgoing = new Outgoing(settings);
    this.#transport = new Transport(settings);
    this.#spans = new ExportWorker(
      "spans",
      settings,
      exporter === undefined ? (batch) => this.#sendSpans(batch) : handedTo(exporter),
    );
    this.#scores = new ExportWorker("scores", settings, (batch) => this.#sendScores(batch));
    if (settings.sampleRate < 1) {
      this.#gate = new SamplingGate(settings.sampleRate, settings.maxQueueBytes, (span, bytes) =>
        this.#spans.put(span, bytes),
      );
    }
    process.on("beforeExit", this.#beforeExit);
    if (!resolved.has(options)) serveAlone(this, settings);
  }

  /** A processor with settings that are resolved already. */
  static of(
    settings: Settings,
    instead: Pick<LaminarSpanProcessorOptions, "exporter" | "spanProcessor"> = {},
  ): LaminarSpanProcessor {
    const options = { ...instead };
    resolved.set(options, settings);
    return new LaminarSpanProcessor(options);
  }

  /** How many spans and scores were dropped until now. */
  get dropped(): number {
    return this.#spans.dropped + this.#scores.dropped;
  }

  onStart(span: Span, parentContext: Context): void {
    if (this.#settings.disabled) return;
    try {
      noteLevel(span, parentContext);
      started(span, parentContext);
      this.#next?.onStart(span, parentContext);
    } catch (error) {
      failed("processor", error);
    }
  }

  onEnd(span: ReadableSpan): void {
    if (this.#settings.disabled) return;
    try {
      ended(span);
      if (this.#next !== undefined) {
        this.#next.onEnd(span);
        return;
      }
      const { traceId, traceFlags } = span.spanContext();
      if ((traceFlags & TraceFlags.SAMPLED) === 0) return;
      const bytes = estimatedBytes(span);
      if (this.#exporter === undefined && bytes > this.#settings.maxAttributeBytes) {
        // Cut what is too long here and now: waiting whole it would outgrow the queue's bound.
        const outgoing = this.#outgoing.span(span);
        this.#put(outgoing, estimatedBytes(outgoing), traceId);
      } else {
        this.#put(span, bytes, traceId);
      }
    } catch (error) {
      failed("processor", error);
    }
  }

  /** Queue a score to be sent. */
  emitScore(record: ScoreRecord): void {
    if (!this.#settings.disabled) {
      this.#scores.put(record, 200 + attributesBytes(record.attributes));
    }
  }

  /**
   * Send everything that ended until now: one attempt each.
   *
   * @param timeoutSeconds - The longest that it may take; that of one request if left out.
   * @returns Whether all of it arrived.
   */
  async flush(timeoutSeconds: number = this.#settings.timeoutSeconds): Promise<boolean> {
    return this.#flush(timeoutSeconds, false);
  }

  async #flush(timeoutSeconds: number, isPatient: boolean): Promise<boolean> {
    const flushed = await Promise.all([
      this.#spans.flush(timeoutSeconds, isPatient),
      this.#scores.flush(timeoutSeconds, isPatient),
    ]);
    // What the program brought may fail in its own way; that is no error of a flush.
    await Promise.allSettled([this.#exporter?.forceFlush?.(), this.#next?.forceFlush()]);
    return flushed.every(Boolean);
  }

  async forceFlush(): Promise<void> {
    await this.flush();
  }

  /** Flush, and send nothing any more. */
  async shutdown(): Promise<void> {
    stopServingAlone(this);
    process.off("beforeExit", this.#beforeExit);
    this.#gate?.settle(sessionOf);
    const { timeoutSeconds } = this.#settings;
    await Promise.all([
      this.#spans.shutdown(timeoutSeconds),
      this.#scores.shutdown(timeoutSeconds),
    ]);
    this.#transport.close();
    await Promise.allSettled([this.#exporter?.shutdown(), this.#next?.shutdown()]);
  }

  #put(span: ReadableSpan, bytes: number, traceId: string): void {
    if (this.#gate === undefined) {
      this.#spans.put(span, bytes);
      return;
    }
    const own = span.attributes[SESSION_ID];
    const sessionId = sessionOf(traceId) || (typeof own === "string" ? own : "") || undefined;
    this.#gate.put(span, bytes, { traceId, sessionId, isOpen: isOpen(traceId) });
  }

  async #sendSpans(batch: readonly Queued<ReadableSpan>[]): Promise<Outcome> {
    const spans: ReadableSpan[] = [];
    let bytes = 0;
    for (const queued of batch) {
      // A provider of the program's own may still be asking the platform what it runs on.
      const { resource } = queued.item;
      if (resource.asyncAttributesPending) await resource.waitForAsyncAttributes?.();
      spans.push(this.#outgoing.span(queued.item));
      bytes += queued.bytes;
      if (bytes < SLICE_BYTES) continue;
      bytes = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return this.#transport.send("traces", encodeSpans(spans));
  }

  #sendScores(batch: readonly Queued<ScoreRecord>[]): Promise<Outcome> {
    const records = batch.map(({ item }) => ({
      ...item,
      attributes: this.#outgoing.score(item.attributes),
    }));
    return this.#transport.send("logs", encodeScores(records));
  }

  // The event loop is empty, and whatever is sent now fills it again until it is through.
  readonly #beforeExit = (): void => {
    this.#gate?.settle(sessionOf);
    if (this.#hasFailedAtExit || this.#spans.waiting + this.#scores.waiting === 0) return;
    const isUnreachable = this.#spans.isUnreachable || this.#scores.isUnreachable;
    const seconds = isUnreachable ? UNREACHABLE_EXIT_SECONDS : EXIT_SECONDS;
    void this.#flush(seconds, true).then((isDelivered) => {
      this.#hasFailedAtExit = !isDelivered;
    });
  };
}

/** Settings that `LaminarSpanProcessor.of` brings, by the options that it makes for them. */
const resolved = new WeakMap<LaminarSpanProcessorOptions, Settings>();

function handedTo(exporter: SpanExporter): Deliver<ReadableSpan> {
  return (batch) =>
    new Promise((resolve) => {
      const spans = batch.map(({ item }) => item);
      context.with(suppressTracing(ROOT_CONTEXT), () =>
        exporter.export(spans, ({ code, error }) =>
          resolve(
            code === ExportResultCode.SUCCESS
              ? { kind: "delivered" }
              : { kind: "refused", status: 0, message: error?.message ?? "the exporter failed" },
          ),
        ),
      );
    });
}
