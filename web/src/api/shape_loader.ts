/** Asks for the shapes of many sessions in few requests: what rows ask for within 10 ms goes together. */
import { answered, api } from "./client";
import type { SessionShape } from "./types";

const WINDOW_MS = 10;
const MOST_IDS = 100;
/** A session id may have 1,000 characters; servers and proxies take addresses of about 8 kB. */
const LONGEST_PATH = 6_000;

interface Waiting {
  sessionId: string;
  resolve: (shape: SessionShape) => void;
  reject: (cause: unknown) => void;
}

const waiting = new Map<string, Waiting[]>();

export function loadShape(project: string, sessionId: string): Promise<SessionShape> {
  return new Promise((resolve, reject) => {
    const queue = waiting.get(project) ?? [];
    if (queue.length === 0) setTimeout(() => flush(project), WINDOW_MS);
    queue.push({ sessionId, resolve, reject });
    waiting.set(project, queue);
  });
}

/** Cuts ids into requests that are neither too many nor too long. */
export function batches(sessionIds: readonly string[]): string[][] {
  const cut: string[][] = [];
  let length = 0;
  for (const sessionId of sessionIds) {
    const own = "&session_id=".length + new URLSearchParams([["", sessionId]]).toString().length;
    const last = cut.at(-1);
    if (!last || last.length === MOST_IDS || length + own > LONGEST_PATH) {
      cut.push([sessionId]);
      length = own;
    } else {
      last.push(sessionId);
      length += own;
    }
  }
  return cut;
}

async function flush(project: string): Promise<void> {
  const queue = waiting.get(project) ?? [];
  waiting.delete(project);
  await Promise.all(
    batches([...new Set(queue.map((each) => each.sessionId))]).map(async (sessionIds) => {
      const asked = queue.filter((each) => sessionIds.includes(each.sessionId));
      try {
        const params = { query: { project, session_id: sessionIds } };
        const { items } = await answered(api.GET("/api/v1/sessions/shapes", { params }));
        for (const { sessionId, resolve } of asked) {
          const found = items.find((each) => each.session_id === sessionId);
          // A session that was deleted meanwhile has no shape.
          resolve(found ?? { session_id: sessionId, trace_count: 0, marks: [] });
        }
      } catch (cause) {
        for (const { reject } of asked) reject(cause);
      }
    }),
  );
}
