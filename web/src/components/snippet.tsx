/** What a search found: a line of the text, with what was searched for highlighted. */
import type { Hit } from "@/api/types";
import { snippetParts } from "@/model/snippet";
import { revealInvisible } from "@/model/untrusted_text";

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

/** Code points before the first highlight, so that it stands within the line. */
const LEAD = 16;

export function Snippet({ hit }: { hit: Hit }) {
  const parts = snippetParts(hit.snippet, hit.highlights, LEAD);
  return (
    <span className="truncate t2" title={`${PLACES[hit.where]}: ${revealInvisible(hit.snippet)}`}>
      {parts.map(({ text, start, highlighted }) =>
        highlighted ? <mark key={start}>{text}</mark> : <span key={start}>{text}</span>,
      )}
    </span>
  );
}
