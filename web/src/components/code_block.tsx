/** A box around something that one could copy: a head with its name and actions, and the text. */
import type { ReactNode } from "react";
import "./code_block.css";

export function CodeBlock({ head, children }: { head: ReactNode; children: ReactNode }) {
  return (
    <div className="code-block">
      <div className="code-block-head">{head}</div>
      {children}
    </div>
  );
}
