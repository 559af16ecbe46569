/** Turns an association into W3C baggage entries and back. */
import { type Baggage, type Context, propagation } from "@opentelemetry/api";
import type { Association } from "./association.js";
import { SESSION_ID, USER_ID } from "./attributes.js";
import { encode } from "./encode.js";

/** The baggage entry that holds a trace's metadata as JSON text. */
const METADATA = "threadline.metadata";

/** Give the association that the baggage of a context carries, or undefined. */
export function associationInBaggage(context: Context): Association | undefined {
  const baggage = propagation.getBaggage(context);
  return baggage && associationOf(baggage);
}

/** Read session, user and metadata from baggage; undefined if it holds none of them. */
export function associationOf(baggage: Baggage): Association | undefined {
  const sessionId = baggage.getEntry(SESSION_ID)?.value || undefined;
  const userId = baggage.getEntry(USER_ID)?.value || undefined;
  const metadata = parsed(baggage.getEntry(METADATA)?.value);
  if (sessionId === undefined && userId === undefined && metadata === undefined) return undefined;
  return { sessionId, userId, metadata };
}

/** Add session, user and metadata to what baggage holds already. */
export function withAssociation(baggage: Baggage, association: Association): Baggage {
  let filled = baggage;
  const { sessionId, userId, metadata } = association;
  if (sessionId !== undefined) filled = filled.setEntry(SESSION_ID, { value: sessionId });
  if (userId !== undefined) filled = filled.setEntry(USER_ID, { value: userId });
  if (metadata !== undefined && Object.keys(metadata).length > 0) {
    filled = filled.setEntry(METADATA, { value: encode(metadata) ?? "{}" });
  }
  return filled;
}

function parsed(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Baggage comes from outside; what is no JSON object says nothing.
    return undefined;
  }
}
