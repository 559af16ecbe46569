/** The trace page, and the same view for the panel beside a list. */
export { TracePage } from "./trace_page";
export { TraceView } from "./trace_view";
