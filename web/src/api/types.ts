/**
 * The documents of the REST interface under the names that the pages use, from the server's own
 * description. Times are ISO-8601 UTC with nine decimals; null is unknown or not reported.
 */
import type { Message } from "@/model/messages";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Any JSON, which the description leaves open. */
type Refined<Document, Parts> = Omit<Document, keyof Parts> & Parts;

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export type Session = Schemas["ListedSession"];
export type Hit = Schemas["Hit"];
export type Score = Schemas["Score"];
export type SessionMark = Schemas["ShapeMark"];
export type SessionShape = Schemas["Shape"];
export type Step = Schemas["Step"];
export type Trace = Refined<Schemas["ListedTrace"], { metadata: Record<string, Json> }>;
export type SpanSummary = Schemas["Span"];
export type SpanType = SpanSummary["type"];
export type Status = SpanSummary["status"];
export type SpanRow = Schemas["ListedSpan"];
export type Provenance = Schemas["TraceProvenance"];
export type TraceDetail = Refined<Schemas["TracePage"], { metadata: Record<string, Json> }>;
export type Stats = Schemas["Stats"];

type Attributes = Record<string, Json>;

export type SpanEvent = Refined<Schemas["Event"], { attributes: Attributes; body: Json }>;
export type SpanLink = Refined<Schemas["Link"], { attributes: Attributes }>;

export type SpanDetail = Refined<
  Schemas["SpanPage"],
  {
    input: Json;
    output: Json;
    tool_definitions: Json[] | null;
    system_instructions: Json;
    messages: { input: Message[]; output: Message[] };
    events: SpanEvent[];
    links: SpanLink[];
    attributes: Attributes;
    resource: Attributes;
    scope: Refined<Schemas["Scope"], { attributes: Attributes }>;
    metadata: Attributes;
  }
>;
