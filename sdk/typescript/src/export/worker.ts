/** Sends what is queued, in batches, again and again until it arrives. */
import { AsyncResource } from "node:async_hooks";
import { failed, log, warnOnce } from "../guard.js";
import type { Settings } from "../settings.js";
import { ExportQueue, type Queued } from "./queue.js";
import type { Outcome } from "./transport.js";

const FIRST_BACK_OFF_SECONDS = 0.5;
const MAX_BACK_OFF_SECONDS = 30;

/** What the worker needs to know. */
export type WorkerSettings = Pick<
  Settings,
  | "maxExportBatchSize"
  | "maxExportBatchSizeBytes"
  | "maxQueueBytes"
  | "scheduleDelaySeconds"
  | "apiKeySetting"
>;

/** Sends one batch and says what became of it. */
export type Deliver<Item> = (batch: readonly Queued<Item>[]) => Promise<Outcome>;

/**
 * The seconds to wait after so many failures in a row: doubling from half a second to thirty, of which
 * a random half, so that many processes do not come back at once.
 *
 * @param random - From 0 to 1.
 */
export function backOffSeconds(failures: number, random: number): number {
  const seconds = Math.min(FIRST_BACK_OFF_SECONDS * 2 ** (failures - 1), MAX_BACK_OFF_SECONDS);
  return seconds * (0.5 + random / 2);
}

/**
 * One queue and the loop that empties it, without a thread and without keeping the process alive.
 *
 * A batch leaves half a second after its first item or when it is full. What a server that is away or
 * overloaded did not take stays queued and is tried again with growing pauses.
 */
export class ExportWorker<Item> {
  readonly #noun: string;
  readonly #settings: WorkerSettings;
  readonly #deliver: Deliver<Item>;
  readonly #queue: ExportQueue<Item>;
  // Timers and sockets must not hold the async context of the request that happened to end a span.
  readonly #scope = new AsyncResource("threadline.export");
  // Whoever sends appends to it: one batch is under way at a time.
  #tail: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #notBefore = 0;
  #failures = 0;
  #isUnreachable = false;
  #isClosed = false;
  #lost = 0;

  /** @param noun - What the items are, for messages: `spans` or `scores`. */
  constructor(noun: string, settings: WorkerSettings, deliver: Deliver<Item>) {
    this.#noun = noun;
    this.#settings = settings;
    this.#deliver = deliver;
    this.#queue = new ExportQueue(settings.maxQueueBytes);
  }

  /** How many items were dropped: the queue was full, the server refused them, or time was up. */
  get dropped(): number {
    return this.#queue.dropped + this.#lost;
  }

  /** How many items wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Whether the last attempt met no server. */
  get isUnreachable(): boolean {
    return this.#isUnreachable;
  }

  /** Queue an item of so many estimated bytes. Does not block and does not throw. */
  put(item: Item, bytes: number): void {
    if (this.#isClosed) return;
    const queue = this.#queue;
    if (!queue.put(item, bytes)) this.#warnOfFullQueue();
    const { maxExportBatchSize, maxExportBatchSizeBytes } = this.#settings;
    if (queue.length >= maxExportBatchSize || queue.bytes >= maxExportBatchSizeBytes) {
      this.#schedule(0);
    } else if (this.#dueAt === Number.POSITIVE_INFINITY) {
      this.#schedule(this.#settings.scheduleDelaySeconds);
    }
  }

  /**
   * Send everything that is queued now, whatever pause was due.
   *
   * @param isPatient - False makes one attempt each. True tries again, after the pauses that are due,
   *   as long as there is time and the server answers at all.
   * @returns Whether all of it arrived within the time. Keeps the process alive that long at most.
   */
  async flush(timeoutSeconds: number, isPatient = false): Promise<boolean> {
    const deadline = performance.now() + timeoutSeconds * 1000;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, timeoutSeconds * 1000, false);
    });
    try {
      return await Promise.race([this.#attemptAll(isPatient ? deadline : 0), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Flush, take nothing more, and say once how much was dropped in all. */
  async shutdown(timeoutSeconds: number): Promise<boolean> {
    const isFirst = !this.#isClosed;
    this.#isClosed = true;
    const isDelivered = await this.flush(timeoutSeconds, true);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const dropped = this.dropped + this.#queue.discard();
    if (isFirst && dropped > 0) log("warn", `${this.#noun} that were not delivered: ${dropped}`);
    return isDelivered;
  }

  /** Attempt everything until it is sent, no pause ends before the deadline, or nobody answers. */
  async #attemptAll(deadline: number): Promise<boolean> {
    const droppedBefore = this.dropped;
    for (;;) {
      const isSent = await this.#exclusively(() => this.#sendAll());
      if (
        isSent ||
        this.#queue.length === 0 ||
        this.#isUnreachable ||
        this.#notBefore >= deadline
      ) {
        return isSent && this.dropped === droppedBefore;
      }
      const pause = this.#notBefore - performance.now();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  #warnOfFullQueue(): void {
    const mebibytes = Math.round(this.#settings.maxQueueBytes / 2 ** 20);
    warnOnce(
      `queue ${this.#noun}`,
      `more than ${mebibytes} MiB of ${this.#noun} wait to be sent: the oldest are dropped`,
    );
  }

  #schedule(delaySeconds: number): void {
    const now = performance.now();
    const dueAt = Math.max(now + delaySeconds * 1000, this.#notBefore);
    if (this.#dueAt <= dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = this.#scope.runInAsyncScope(setTimeout, undefined, this.#due, dueAt - now);
    this.#timer.unref();
  }

  // An own function, not a closure per timer: one is set for each batch.
  readonly #due = (): void => {
    void this.#exclusively(() => this.#sendDue());
  };

  /** Run after whatever is being sent now. An internal error is logged and counts as a failure. */
  #exclusively(send: () => Promise<boolean>): Promise<boolean> {
    const turn = this.#tail.then(() =>
      this.#scope.runInAsyncScope(send).catch((error: unknown) => {
        failed("export", error);
        return false;
      }),
    );
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /** Send until the queue is empty or an attempt fails, and see to the next time. */
  async #sendDue(): Promise<boolean> {
    // Until this is through, a full queue needs no timer: it is being emptied.
    this.#dueAt = Number.NEGATIVE_INFINITY;
    let isDelivered = true;
    try {
      while (isDelivered && this.#queue.length > 0) {
        const batch = this.#take(this.#queue.length);
        const left = await this.#attempt(batch);
        this.#queue.giveBack(left);
        isDelivered = left.length === 0;
      }
    } finally {
      this.#dueAt = Number.POSITIVE_INFINITY;
      if (this.#queue.length > 0 && !this.#isClosed) this.#schedule(0);
    }
    return isDelivered;
  }

  async #sendAll(): Promise<boolean> {
    const left: Queued<Item>[] = [];
    let count = this.#queue.length;
    try {
      while (count > 0) {
        const batch = this.#take(count);
        if (batch.length === 0) break;
        count -= batch.length;
        left.push(...(await this.#attempt(batch)));
        // Where no server answers the others would only wait as long, each in its turn.
        if (left.length > 0 && this.#isUnreachable) break;
      }
    } finally {
      this.#queue.giveBack(left);
      if (this.#queue.length > 0 && !this.#isClosed) this.#schedule(0);
    }
    return left.length === 0 && count === 0;
  }

  #take(maxItems: number): Queued<Item>[] {
    const { maxExportBatchSize, maxExportBatchSizeBytes } = this.#settings;
    return this.#queue.take(Math.min(maxItems, maxExportBatchSize), maxExportBatchSizeBytes);
  }

  /** Try to deliver a batch once; gives back what is to be tried again, still counted as taken. */
  async #attempt(batch: readonly Queued<Item>[]): Promise<readonly Queued<Item>[]> {
    let outcome: Outcome;
    try {
      outcome = await this.#deliver(batch);
    } catch (error) {
      // A batch that cannot be encoded would fail for ever, and everything behind it.
      this.#drop(batch);
      failed("export", error);
      return [];
    }
    if (outcome.kind === "retry") {
      this.#failures += 1;
      this.#isUnreachable = outcome.unreachable;
      const pause = backOffSeconds(this.#failures, Math.random());
      const seconds = Math.max(pause, outcome.retryAfterSeconds ?? 0);
      this.#notBefore = performance.now() + seconds * 1000;
      warnOnce(
        outcome.unreachable ? "unreachable" : "overloaded",
        `the server does not take ${this.#noun} now (${outcome.message}); they are kept and sent later`,
      );
      return batch;
    }
    this.#failures = 0;
    this.#notBefore = 0;
    this.#isUnreachable = false;
    if (outcome.kind === "too_large" && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      const left = await this.#attempt(batch.slice(0, middle));
      if (left.length > 0) return batch.slice(middle - left.length);
      return this.#attempt(batch.slice(middle));
    }
    if (outcome.kind === "delivered") {
      this.#queue.release(batch);
      if (outcome.message !== undefined) {
        warnOnce(
          `partial ${this.#noun}`,
          `the server did not keep some ${this.#noun}: ${outcome.message}`,
        );
      }
      return [];
    }
    this.#drop(batch);
    warnOnce(`refused ${this.#noun}`, this.#refusal(outcome));
    return [];
  }

  #drop(batch: readonly Queued<Item>[]): void {
    this.#queue.release(batch);
    this.#lost += batch.length;
  }

  #refusal(outcome: Outcome & { kind: "refused" | "too_large" }): string {
    const said = `the server refused ${this.#noun}: ${outcome.message}`;
    if (outcome.kind === "too_large") return `${said}; what is too large by itself is dropped`;
    if (outcome.status !== 401 && outcome.status !== 403) return `${said}; they are dropped`;
    return `${said}; they are dropped. Is the project key right? It comes from ${this.#settings.apiKeySetting}`;
  }
}
