/** Holds what is to be sent, oldest first, within a number of bytes. */
/** An item with the bytes it is taken to need. */
export interface Queued<Item> {
  readonly item: Item;
  readonly bytes: number;
}

/** A power of two. */
const FIRST_CAPACITY = 1024;

/**
 * A queue bounded in estimated bytes: when a new item does not fit, the oldest go.
 *
 * A batch that was taken out still counts until it is delivered or given back, so that what is under
 * way and what waits stay within the bound together.
 */
export class ExportQueue<Item> {
  readonly #maxBytes: number;
  // A ring of two columns: putting an item makes no object, taking one moves none.
  #items: (Item | undefined)[] = new Array(FIRST_CAPACITY).fill(undefined);
  #sizes: number[] = new Array(FIRST_CAPACITY).fill(0);
  #head = 0;
  #length = 0;
  #bytes = 0;
  #takenBytes = 0;
  #dropped = 0;

  /** @param maxBytes - The bound, in bytes. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The number of items that wait. */
  get length(): number {
    return this.#length;
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
    if (this.#length === this.#items.length) this.#grow();
    const at = (this.#head + this.#length) & (this.#items.length - 1);
    this.#items[at] = item;
    this.#sizes[at] = bytes;
    this.#length += 1;
    this.#bytes += bytes;
    return this.#bytes + this.#takenBytes <= this.#maxBytes || this.#fit();
  }

  /** Take the oldest items, at most so many and so many bytes, but one at least if there is one. */
  take(maxItems: number, maxBytes: number): Queued<Item>[] {
    const batch: Queued<Item>[] = [];
    let taken = 0;
    while (this.#length > 0 && batch.length < maxItems) {
      const bytes = this.#sizes[this.#head] ?? 0;
      if (batch.length > 0 && taken + bytes > maxBytes) break;
      taken += bytes;
      batch.push({ item: this.#shift(), bytes });
    }
    this.#takenBytes += taken;
    return batch;
  }

  /** Let go of a batch that was delivered, or that no attempt can deliver. */
  release(batch: readonly Queued<Item>[]): void {
    for (const { bytes } of batch) this.#takenBytes -= bytes;
  }

  /** Put a batch back to where it came from, for another attempt; says whether everything fitted. */
  giveBack(batch: readonly Queued<Item>[]): boolean {
    this.release(batch);
    for (const { item, bytes } of [...batch].reverse()) {
      if (this.#length === this.#items.length) this.#grow();
      this.#head = (this.#head - 1) & (this.#items.length - 1);
      this.#items[this.#head] = item;
      this.#sizes[this.#head] = bytes;
      this.#length += 1;
      this.#bytes += bytes;
    }
    return this.#fit();
  }

  /** Empty the queue, without counting that as dropped; gives how many items waited. */
  discard(): number {
    const { length } = this;
    while (this.#length > 0) this.#shift();
    return length;
  }

  #fit(): boolean {
    const before = this.#dropped;
    while (this.#bytes + this.#takenBytes > this.#maxBytes && this.#length > 0) {
      this.#shift();
      this.#dropped += 1;
    }
    return this.#dropped === before;
  }

  #shift(): Item {
    const item = this.#items[this.#head] as Item;
    // Nothing may hold the item longer than the queue does.
    this.#items[this.#head] = undefined;
    this.#bytes -= this.#sizes[this.#head] ?? 0;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#length -= 1;
    return item;
  }

  /** Double the ring, which stays a power of two, and let it begin at 0. */
  #grow(): void {
    const spare = new Array(this.#items.length);
    const wrap = this.#head;
    this.#items = [
      ...this.#items.slice(wrap),
      ...this.#items.slice(0, wrap),
      ...spare.fill(undefined),
    ];
    this.#sizes = [...this.#sizes.slice(wrap), ...this.#sizes.slice(0, wrap), ...spare.fill(0)];
    this.#head = 0;
  }
}
