/** Text that someone else wrote: shown as it is, never as markup, and a long one in portions. */
import { useState } from "react";
import { STRING_STEP } from "@/model/json_lines";
import { cutText } from "@/model/untrusted_text";
import { moreLabel } from "./json_viewer";
import "./long_text.css";

interface LongTextProps {
  text: string;
  /** `mono` for payloads and stacks, `read` for what people and models say. */
  look: "mono" | "read";
  /** UTF-16 units shown at first. */
  limit?: number;
  className?: string;
}

export function LongText({ text, look, limit: initial = 16_384, className = "" }: LongTextProps) {
  const [limit, setLimit] = useState(initial);
  const shown = cutText(text, limit);
  const hidden = text.length - shown.length;
  return (
    <div className={`long-text long-text-${look} ${className}`} dir="auto">
      {shown}
      {hidden > 0 && (
        <button type="button" className="json-more" onClick={() => setLimit(limit + STRING_STEP)}>
          {moreLabel(text, limit, hidden)}
        </button>
      )}
    </div>
  );
}
