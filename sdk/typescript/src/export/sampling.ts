/** Decides by session which spans are sent, so that a session is kept or dropped whole. */
import { warnOnce } from "../guard.js";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** How many decisions are remembered, for spans that end after their trace was decided. */
const REMEMBERED_TRACES = 10_000;
/** The share of the export queue's bytes that may wait for their trace's session. */
const WAITING_SHARE = 4;

/** A 32-bit hash of a text: FNV-1a over its UTF-8 bytes, mixed by MurmurHash3's `fmix32`. */
export function hashOf(text: string): number {
  let hash = FNV_OFFSET;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Whether a session, or a trace without one (by its hex id), is among the share that is kept. */
export const isKept = (id: string, rate: number): boolean => hashOf(id) < rate * 2 ** 32;

/** What the gate must know of the trace of a span that ended. */
export interface TraceState {
  readonly traceId: string;
  /** The trace's session, where it is known. */
  readonly sessionId: string | undefined;
  /** Whether a local root of the trace is still running: its session may yet become known. */
  readonly isOpen: boolean;
}

/**
 * Holds ended spans back until it is known whether their trace is kept.
 *
 * That is known with the trace's session, or else when its local root has ended. What waits is
 * bounded in bytes; if more is waiting, the trace that waits longest is decided without its session.
 */
export class SamplingGate<Item> {
  readonly #rate: number;
  readonly #maxWaitingBytes: number;
  readonly #pass: (item: Item, bytes: number) => void;
  readonly #decisions = new Map<string, boolean>();
  readonly #waiting = new Map<string, { item: Item; bytes: number }[]>();
  #waitingBytes = 0;

  /**
   * @param rate the share of sessions that is kept, from 0 to 1.
   * @param maxQueueBytes the bound of the export queue; a quarter of it may wait here.
   * @param pass takes each span that is kept.
   */
  constructor(rate: number, maxQueueBytes: number, pass: (item: Item, bytes: number) => void) {
    this.#rate = rate;
    this.#maxWaitingBytes = maxQueueBytes / WAITING_SHARE;
    this.#pass = pass;
  }

  /** Let a span through, drop it, or keep it until its trace is decided. */
  put(item: Item, bytes: number, trace: TraceState): void {
    const { traceId, sessionId, isOpen } = trace;
    const decision = this.#decisions.get(traceId);
    if (decision !== undefined) {
      if (decision) this.#pass(item, bytes);
      return;
    }
    const waiting = this.#waiting.get(traceId) ?? [];
    waiting.push({ item, bytes });
    this.#waiting.set(traceId, waiting);
    this.#waitingBytes += bytes;
    if (sessionId !== undefined || !isOpen) this.#decide(traceId, sessionId ?? traceId);
    for (const oldest of this.#waiting.keys()) {
      if (this.#waitingBytes <= this.#maxWaitingBytes) break;
      warnOnce(
        "sampling room",
        "more spans wait for their session than fit: sampling decides some traces by their own id. " +
          "Set the session where a trace begins, so that none needs to wait",
      );
      this.#decide(oldest, oldest);
    }
  }

  /**
   * Decide every trace that still waits: nothing more will be known of it.
   *
   * @param sessionOf - Gives the session of a trace, as far as it is known by now.
   */
  settle(sessionOf: (traceId: string) => string | undefined): void {
    for (const traceId of [...this.#waiting.keys()]) {
      this.#decide(traceId, sessionOf(traceId) ?? traceId);
    }
  }

  #decide(traceId: string, id: string): void {
    const kept = isKept(id, this.#rate);
    this.#decisions.set(traceId, kept);
    for (const oldest of this.#decisions.keys()) {
      if (this.#decisions.size <= REMEMBERED_TRACES) break;
      this.#decisions.delete(oldest);
    }
    for (const { item, bytes } of this.#waiting.get(traceId) ?? []) {
      this.#waitingBytes -= bytes;
      if (kept) this.#pass(item, bytes);
    }
    this.#waiting.delete(traceId);
  }
}
