/** What a search found: a line of the text, with what was searched for highlighted. */
import type { Hit } from "@/api/types";
import { snippetParts } from "@/model/snippet";

const PLACES: Record<Hit["where"], string> = {
  name: "Name",
  error: "Error",
  input: "Input",
  output: "Output",
  tool_arguments: "Tool arguments",
  tool_result: "Tool result",
  attribute: "Attribute",
  event: "Event",
  session: "Session",
  user: "User",
  model: "Model",
  tool: "Tool",
};

export function Snippet({ hit }: { hit: Hit }) {
  const parts = snippetParts(hit.snippet, hit.highlights);
  const text = parts.map((part) => part.text).join("");
  return (
    <span className="truncate t2" title={`${PLACES[hit.where]}: ${text}`}>
      {parts.map(({ text, start, highlighted }) =>
        highlighted ? <mark key={start}>{text}</mark> : <span key={start}>{text}</span>,
      )}
    </span>
  );
}
