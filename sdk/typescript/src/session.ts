/** Runs a block of code whose traces belong to one session. */
import { activeSpan } from "./activeContext.js";
import { type Association, ambient, join, merged } from "./association.js";
import { idText, type Values } from "./attributes.js";
import { guarded } from "./guard.js";
import type { Ending } from "./iteration.js";
import { handedOn } from "./observe.js";
import { state } from "./state.js";

/** What the traces of a block belong to; what is left out stays as it is around the block. */
export interface SessionOptions {
  sessionId?: string | undefined;
  userId?: string | undefined;
  /** JSON values by key, merged with the metadata around the block. */
  metadata?: Values | undefined;
}

/**
 * Run a function in a session: every trace that starts inside it belongs to the session, and if it is
 * called inside a trace, that trace joins.
 *
 * @returns What `fn` returns. A generator keeps the session while its body runs.
 */
export function session<Args extends unknown[], Result>(
  given: string | SessionOptions,
  fn: (...args: Args) => Result,
  ...args: Args
): Result {
  const association = associationOf(given);
  guarded("session", () => {
    const span = activeSpan();
    if (span !== undefined) join(span, association);
  });
  return runIn(merged(ambient(), association), fn, ...args);
}

/** Run a function whose new traces begin with an association. */
export function runIn<Args extends unknown[], Result>(
  association: Association,
  fn: (...args: Args) => Result,
  ...args: Args
): Result {
  const result = state.ambient.run(association, fn, ...args);
  // A promise carries its async context itself; what comes piece by piece has to be led back to it.
  return result instanceof Promise ? result : handedOn(result, endingIn(association));
}

function endingIn(association: Association): Ending {
  return {
    keepsPieces: false,
    run: (work) => state.ambient.run(association, work),
    value: () => {},
    pieces: () => {},
    error: () => {},
  };
}

/** Take only what is named, so that joining does not clear the rest. */
function associationOf(given: string | SessionOptions): Association {
  const { sessionId, userId, metadata } =
    typeof given === "object" && given !== null ? given : { sessionId: given };
  return {
    ...(idText(sessionId) !== undefined && { sessionId: idText(sessionId) }),
    ...(idText(userId) !== undefined && { userId: idText(userId) }),
    ...(metadata !== undefined && metadata !== null && { metadata }),
  };
}
