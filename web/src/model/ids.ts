/** Ids as the server knows them, from whatever spelling they come in. */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A trace id as lower-case hex, also from the UUID in which official SDKs print it. */
export function traceIdOf(text: string): string {
  return (UUID.test(text) ? text.replaceAll("-", "") : text).toLowerCase();
}
