/** Turns texts with secrets in them into texts with marks in their place. */

import { createHash } from "node:crypto";
import { warnOnce } from "./guard.js";
import type { Mask, MaskPattern } from "./settings.js";

interface Expression {
  /** Literals of which one stands in every text that the expression matches; none: always search. */
  readonly hints: readonly string[];
  readonly expression: RegExp;
}

interface Pattern {
  readonly mark: string;
  readonly expressions: readonly Expression[];
  /** How much of a match, from its start, is a secret indeed; all of it where this is left out. */
  readonly confirmed?: (match: string) => number;
}

const expression = (hints: readonly string[], source: string): Expression => ({
  hints,
  expression: new RegExp(source, "g"),
});

/**
 * The patterns, in the order in which they apply: the sources are those of `conformance/sdk/masking.json`
 * and mean the same in Python. None repeats a repetition, so each takes time linear in the text.
 */
export const PATTERNS: Readonly<Record<MaskPattern, Pattern>> = {
  keys: {
    mark: "key",
    expressions: [
      // private key
      expression(
        ["PRIVATE KEY"],
        String.raw`-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[^\x22-]*(?:-(?!----)[^\x22-]*)*(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?`,
      ),
      // JSON Web Token
      expression(
        ["eyJ"],
        String.raw`(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`,
      ),
      // model provider
      expression(
        ["sk-", "pk-", "gsk_", "xai-", "hf_", "r8_", "pplx-", "lsv2_"],
        "(?<![A-Za-z0-9])(?:(?:[sp]k-|gsk_|xai-|hf_|r8_|pplx-|lsv2_[a-z]{2}_)(?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9_-]{20,})",
      ),
      // code host
      expression(
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "npm_", "pypi-"],
        "(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}|glpat-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,})",
      ),
      // cloud
      expression(
        ["AKIA", "ASIA", "AIza", "ya29.", "GOCSPX-"],
        String.raw`(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,})`,
      ),
      // service
      expression(
        ["_live_", "_test_", "whsec_", "xox", "SG."],
        String.raw`(?<![A-Za-z0-9])(?:[prs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})`,
      ),
      // authorization
      expression(
        ["earer ", "asic "],
        "(?:(?<=[Bb]earer )(?=[A-Za-z._~+/=-]{0,100}[0-9])[A-Za-z0-9._~+/=-]{16,}|(?<=[Bb]asic )(?=[A-Za-z+/]{0,100}[0-9=])[A-Za-z0-9+/]{12,}={0,2})",
      ),
      // password in a URL
      expression(
        ["://"],
        String.raw`(?<=://)[^\x00-\x20/:@\x22\x27\x5c<>]{0,100}:[^\x00-\x20/@\x22\x27\x5c<>]{1,200}(?=@)`,
      ),
    ],
  },
  emails: {
    mark: "email",
    expressions: [
      // address
      expression(
        ["@"],
        String.raw`(?<![A-Za-z0-9._%+\u00c0-\u058f-])[A-Za-z0-9._%+\u00c0-\u058f-]+@[A-Za-z0-9\u00c0-\u058f][A-Za-z0-9.\u00c0-\u058f-]*\.[A-Za-z]{2,}`,
      ),
    ],
  },
  cards: {
    mark: "card",
    expressions: [
      // number
      expression(
        [],
        String.raw`(?<![0-9A-Za-z])(?<![0-9]\.)(?:[2-6][0-9]{12,18}|[2-6][0-9]{3}([ -])(?:[0-9]{6}\1[0-9]{4,5}|[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?))(?![0-9A-Za-z])`,
      ),
    ],
    confirmed: cardLength,
  },
};

/** Attributes that say who and which session: masked values must stay different from each other. */
export const IDENTITY_KEYS: ReadonlySet<string> = new Set([
  "session.id",
  "langfuse.session.id",
  "lmnr.association.properties.session_id",
  "traceloop.association.properties.session_id",
  "langsmith.metadata.session_id",
  "ai.telemetry.metadata.sessionId",
  "ai.telemetry.metadata.session_id",
  "mlflow.trace.session",
  "langsmith.metadata.conversation_id",
  "langsmith.metadata.thread_id",
  "ai.telemetry.metadata.threadId",
  "traceloop.association.properties.thread_id",
  "traceloop.association.properties.conversation_id",
  "thread_id",
  "gen_ai.conversation.id",
  "user.id",
  "langfuse.user.id",
  "lmnr.association.properties.user_id",
  "traceloop.association.properties.user_id",
  "langsmith.metadata.user_id",
  "ai.telemetry.metadata.userId",
  "ai.telemetry.metadata.user_id",
  "mlflow.trace.user",
  "enduser.id",
  "lmnr.event.session_id",
  "lmnr.event.user_id",
]);

const FAILED = "masking failed";

/**
 * Make one function of the named patterns and the program's own hook, or nothing where there is
 * neither. The patterns come first, so the hook sees no secret that they know. In an attribute that
 * identifies a person or a session each mark carries 12 hex digits of the SHA-256 of what it stands
 * for. A hook that throws or returns no string makes the value `[masking failed]`.
 */
export function maskOf(names: readonly MaskPattern[], hook: Mask | undefined): Mask | undefined {
  const patterns = (Object.keys(PATTERNS) as MaskPattern[])
    .filter((name) => names.includes(name))
    .map((name) => PATTERNS[name]);
  if (patterns.length === 0) return hook && ((key, value) => hooked(hook, key, value));
  return (key, value) => {
    const masked = patterns.reduce((text, pattern) => replaced(text, pattern, key), value);
    return hook === undefined ? masked : hooked(hook, key, masked);
  };
}

function hooked(hook: Mask, key: string, value: string): string {
  try {
    const masked: unknown = hook(key, value);
    if (typeof masked === "string") return masked;
    warnOnce(
      "mask hook",
      `the mask hook returned no string (but ${typeof masked}) for ${key}; the value was left out`,
    );
  } catch (error) {
    // What was thrown may quote the secret: only its type is told.
    const name = error instanceof Error ? error.name : typeof error;
    warnOnce("mask hook", `the mask hook threw ${name} for ${key}; the value was left out`);
  }
  return mark(FAILED, key, value);
}

function replaced(text: string, pattern: Pattern, key: string): string {
  let masked = text;
  for (const { hints, expression } of pattern.expressions) {
    if (hints.length > 0 && !hints.some((hint) => masked.includes(hint))) continue;
    masked = masked.replace(expression, (match: string) => {
      const length = pattern.confirmed?.(match) ?? match.length;
      if (length === 0) return match;
      return mark(pattern.mark, key, match.slice(0, length)) + match.slice(length);
    });
  }
  return masked;
}

function mark(name: string, key: string, secret: string): string {
  if (!IDENTITY_KEYS.has(key)) return `[${name}]`;
  return `[${name} ${createHash("sha256").update(secret).digest("hex").slice(0, 12)}]`;
}

/** How many characters of a number in groups are a card's: all, or those of its first four groups. */
function cardLength(match: string): number {
  if (passesLuhn(match)) return match.length;
  const groups = match.split(/[ -]/);
  const firstFour = match.slice(0, groups.slice(0, 4).join(" ").length);
  return groups.length === 5 && passesLuhn(firstFour) ? firstFour.length : 0;
}

/** The Luhn check of card numbers (ISO/IEC 7812-1, Annex B), over the digits alone. */
function passesLuhn(text: string): boolean {
  let sum = 0;
  let isDoubled = false;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) continue;
    const value = isDoubled ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}
