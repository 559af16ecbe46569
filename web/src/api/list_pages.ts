/** Keeps the pages of a list true to what happens on the server, without loading them anew. Pure. */

/** A page as cached: with the start of the range that it was asked for, so that the next one fits. */
export interface ListPage<Item> {
  items: Item[];
  next_cursor: string | null;
  from: string | null;
  truncated?: boolean;
}

export interface Pages<Item> {
  pages: ListPage<Item>[];
  pageParams: unknown[];
}

type Identity<Item> = (item: Item) => string;

/**
 * Puts changed items in the place of their older versions, which keep what the newer do not say: an
 * event does not know what a search found. Items that are not in the list stay out.
 */
export function replaceItems<Item>(
  list: Pages<Item>,
  changed: ReadonlyMap<string, Item>,
  identity: Identity<Item>,
): Pages<Item> {
  return mapItems(list, (item) => {
    const newer = changed.get(identity(item));
    return newer ? { ...item, ...newer } : item;
  });
}

export function removeItems<Item>(
  list: Pages<Item>,
  gone: ReadonlySet<string>,
  identity: Identity<Item>,
): Pages<Item> {
  return mapItems(list, (item) => (gone.has(identity(item)) ? null : item));
}

/** The items of a newly asked first page that the list does not have. */
export function newItems<Item>(
  list: Pages<Item>,
  head: ListPage<Item>,
  identity: Identity<Item>,
): Item[] {
  const known = new Set(list.pages.flatMap((page) => page.items.map(identity)));
  return head.items.filter((item) => !known.has(identity(item)));
}

/**
 * Begins a list anew with a newly asked first page. Pages below it are dropped rather than kept:
 * what arrived late may belong between their rows, and only the next question can tell.
 */
export function beginAnew<Item>(list: Pages<Item>, head: ListPage<Item>): Pages<Item> {
  return { pages: [head], pageParams: list.pageParams.slice(0, 1) };
}

function mapItems<Item>(list: Pages<Item>, map: (item: Item) => Item | null): Pages<Item> {
  let changed = false;
  const pages = list.pages.map((page) => {
    const items = page.items.flatMap((item) => {
      const next = map(item);
      changed ||= next !== item;
      return next === null ? [] : [next];
    });
    return { ...page, items };
  });
  return changed ? { ...list, pages } : list;
}
