/** What a model call was given beside its messages, folded: instructions and tools. */
import { useState } from "react";
import type { Json, SpanDetail } from "@/api/types";
import { counted } from "@/model/format";
import { isInstruction } from "@/model/messages";
import { toolDefinitionName } from "@/model/tool_definitions";
import { oneLine, revealInvisible } from "@/model/untrusted_text";
import { Fold } from "./fold";
import { Value } from "./payload";

/** Instructions show only where no message carries them already. */
export function CallContext({ detail }: { detail: SpanDetail }) {
  const { system_instructions: instructions, tool_definitions: tools } = detail;
  const told = detail.messages.input.some(isInstruction);
  return (
    <>
      {instructions !== null && !told && (
        <Folded
          label="system instructions"
          preview={oneLine(
            typeof instructions === "string" ? instructions : JSON.stringify(instructions),
          )}
          value={instructions}
        />
      )}
      {tools !== null && (
        <Folded
          label={`${counted(tools.length, "tool")} offered`}
          preview={tools.map((tool) => toolDefinitionName(tool) ?? "unnamed").join(", ")}
          value={tools}
        />
      )}
    </>
  );
}

function Folded({ label, preview, value }: { label: string; preview: string; value: Json }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="instruction">
      <Fold
        open={open}
        onToggle={() => setOpen(!open)}
        label={label}
        preview={revealInvisible(preview.slice(0, 300))}
      />
      {open && (
        <div className="instruction-body">
          <Value value={value} label={label} />
        </div>
      )}
    </div>
  );
}
