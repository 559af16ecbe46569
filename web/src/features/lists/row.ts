/** How a row of a list is followed: a plain click stays in the app, the others are the browser's. */
import type { MouseEvent } from "react";
import { opensElsewhere } from "@/components/anchor";
import { navigate } from "@/state/navigation";

/**
 * For the row around a stretched link: cells with a tooltip lie above the link, and a click on one
 * of them does what a click on the link does.
 */
export function followRow(href: string) {
  return {
    onClick: (event: MouseEvent) => {
      if (event.defaultPrevented || (event.target as Element).closest("a, button")) return;
      if (event.metaKey || event.ctrlKey) window.open(href, "_blank", "noopener");
      else if (!opensElsewhere(event)) navigate(href);
    },
    onAuxClick: (event: MouseEvent) => {
      if (event.button !== 1 || (event.target as Element).closest("a, button")) return;
      window.open(href, "_blank", "noopener");
    },
  };
}
