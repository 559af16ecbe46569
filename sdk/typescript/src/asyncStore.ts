/** Sets the value of an async-local store for the rest of a callback and for what it starts. */
import { executionAsyncResource } from "node:async_hooks";
import { state } from "./state.js";

/** An `AsyncLocalStorage`, and where Node before 24 keeps its values on asynchronous resources. */
interface Store<Value> {
  enterWith(value: Value): void;
  readonly kResourceStore?: symbol;
}

type Resource = Record<symbol, unknown>;

/**
 * Set a store's value from here on, without a function to run in it.
 *
 * Before version 24, Node keeps the value on the resource whose callback runs, and that may be one for
 * many callbacks: an HTTP connection for all its requests, a socket for all its messages, an interval
 * for all its turns. What one request says would be true for the next one. So the resource is put back
 * when the callback has run; what it started has its own copy by then. Later versions do this alone.
 */
export function enter<Value>(store: Store<Value>, value: Value): void {
  const key = store.kResourceStore;
  if (key === undefined) {
    store.enterWith(value);
    return;
  }
  const resource = executionAsyncResource() as Resource;
  const before = resource[key];
  store.enterWith(value);
  let resources = state.changedResources.get(store);
  if (resources === undefined) {
    resources = new WeakSet();
    state.changedResources.set(store, resources);
  }
  if (resources.has(resource)) return;
  resources.add(resource);
  process.nextTick(() => {
    resources.delete(resource);
    resource[key] = before;
  });
}
