/** A text that fades from the accent when it changes under the reader's eyes. */
import { useRef } from "react";

export function Changing({ children }: { children: string }) {
  const previous = useRef(children);
  const changes = useRef(0);
  if (previous.current !== children) {
    previous.current = children;
    changes.current += 1;
  }
  // A new key starts the animation anew; the first text has none.
  return (
    <span key={changes.current} className={changes.current > 0 ? "changed" : undefined}>
      {children}
    </span>
  );
}
