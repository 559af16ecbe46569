/** A page for addresses that are no page. */
import { Anchor } from "@/components/anchor";
import { buttonClass } from "@/components/button";
import { history, mount } from "@/state/navigation";

export function NotFound() {
  return (
    <main className="main">
      <div className="pane-error">
        <h2>No page has this address</h2>
        <p className="t2 mono">{history.location.pathname}</p>
        <Anchor
          className={buttonClass({ tone: "line" })}
          href={`${mount}default/traces?view=sessions`}
        >
          Open the sessions
        </Anchor>
      </div>
    </main>
  );
}
