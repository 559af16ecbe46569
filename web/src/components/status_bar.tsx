/** The bar under a page: totals at the left, the page's keys at the right. */
import { Fragment, type ReactNode } from "react";
import { usePreference } from "@/state/preferences";
import { Kbd } from "./label";
import "./status_bar.css";

export interface KeyHint {
  keys: readonly string[];
  does: string;
}

export function StatusBar({ children, hints }: { children: ReactNode; hints: readonly KeyHint[] }) {
  const [zone, setZone] = usePreference("zone");
  return (
    <footer className="status-bar">
      {children}
      <button
        type="button"
        className="status-zone"
        title="Time zone of clocks and dates: UTC or this machine's"
        onClick={() => setZone(zone === "UTC" ? "local" : "UTC")}
      >
        {zone === "UTC" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone}
      </button>
      <span className="grow" />
      {hints.map((hint) => (
        <span key={hint.does} className="status-hint">
          {hint.keys.map((key) => (
            <Fragment key={key}>
              <Kbd>{key}</Kbd>
            </Fragment>
          ))}
          {hint.does}
        </span>
      ))}
    </footer>
  );
}
