/** A link within the app: a real address, followed without a reload on a plain click. */
import { type AnchorHTMLAttributes, forwardRef, type MouseEvent } from "react";
import { navigate } from "@/state/navigation";

/** True for the clicks that the browser has its own meaning for: new tab, new window, download. */
export function opensElsewhere(event: MouseEvent): boolean {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** As `state/paths.ts` makes it: with the path that the app is mounted under. */
  href: string;
  /** Replaces the entry in the history, for what the back button need not step through. */
  replace?: boolean;
}

export const Anchor = forwardRef<HTMLAnchorElement, AnchorProps>(function Anchor(
  { href, replace = false, onClick, ...rest },
  reference,
) {
  return (
    <a
      ref={reference}
      href={href}
      {...rest}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || opensElsewhere(event)) return;
        event.preventDefault();
        navigate(href, { replace });
      }}
    />
  );
});
