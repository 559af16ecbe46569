/** Holds what is to be sent, oldest first, within a number of bytes. */
/** An item with the bytes it is taken to need. */
export interface Queued<Item> {
  readonly item: Item;
  readonly bytes: number;
}

/**
 * A queue bounded in estimated bytes: when a new item does not fit, the oldest go.
 *
 * A batch that was taken out still counts until it is delivered or given back, so that what is under
 * way and what waits stay within the bound together.
 */
export class ExportQueue<Item> {
  readonly #maxBytes: number;
  // Items before #head are taken; the array is shortened now and then, so taking one costs no move.
  #items: Queued<Item>[] = [];
  #head = 0;
  #bytes = 0;
  #takenBytes = 0;
  #dropped = 0;

  /** @param maxBytes the bound, in bytes. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The number of items that wait. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The estimated bytes of the items that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many items were dropped because they did not fit. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Add the newest item; says whether everything fitted. One that can never fit is dropped itself. */
  put(item: Item, bytes: number): boolean {
    if (bytes > this.#maxBytes) {
      this.#dropped += 1;
      return false;
    }
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    return this.#fit();
  }

  /** Take the oldest items, at most so many and so many bytes, but one at least if there is one. */
  take(maxItems: number, maxBytes: number): Queued<Item>[] {
    const batch: Queued<Item>[] = [];
    let bytes = 0;
    while (batch.length < maxItems) {
      const next = this.#items[this.#head];
      if (next === undefined || (batch.length > 0 && bytes + next.bytes > maxBytes)) break;
      bytes += next.bytes;
      batch.push(next);
      this.#forget();
    }
    this.#takenBytes += bytes;
    return batch;
  }

  /** Let go of a batch that was delivered, or that no attempt can deliver. */
  release(batch: readonly Queued<Item>[]): void {
    for (const { bytes } of batch) this.#takenBytes -= bytes;
  }

  /** Put a batch back to where it came from, for another attempt; says whether everything fitted. */
  giveBack(batch: readonly Queued<Item>[]): boolean {
    if (batch.length === 0) return true;
    this.release(batch);
    this.#items = [...batch, ...this.#items.slice(this.#head)];
    this.#head = 0;
    for (const { bytes } of batch) this.#bytes += bytes;
    return this.#fit();
  }

  /** Empty the queue, without counting that as dropped; gives how many items waited. */
  discard(): number {
    const { length } = this;
    this.#items = [];
    this.#head = 0;
    this.#bytes = 0;
    return length;
  }

  #fit(): boolean {
    const before = this.#dropped;
    while (this.#bytes + this.#takenBytes > this.#maxBytes && this.length > 0) {
      this.#forget();
      this.#dropped += 1;
    }
    return this.#dropped === before;
  }

  #forget(): void {
    this.#bytes -= this.#items[this.#head]?.bytes ?? 0;
    // Nothing may hold the item longer than the queue does.
    delete this.#items[this.#head];
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}
