/** An empty project: what to run, with the real addresses, and a line that flips when a span arrives. */
import { useEffect, useState } from "react";
import type { SessionMark, Stats } from "@/api/types";
import { Anchor } from "@/components/anchor";
import { buttonClass } from "@/components/button";
import { CodeBlock } from "@/components/code_block";
import { CopyButton } from "@/components/copy_button";
import { SessionShape } from "@/components/session_shape";
import { formatDuration } from "@/model/format";
import { addMilliseconds, formatTime, unixNsOf } from "@/model/time";
import { mount, useUrl } from "@/state/navigation";
import { highlight } from "./highlight";
import { addressesOf, snippets } from "./snippets";
import "./onboarding.css";

export function Onboarding({ stats, onLeave }: { stats: Stats; onLeave: () => void }) {
  const { project } = useUrl();
  const addresses = addressesOf(new URL(mount, document.baseURI), stats.grpc_port);
  const host = new URL(addresses.otlp).hostname;
  const facts: [string, string][] = [
    ["OTLP/HTTP", `${addresses.otlp}/v1/traces`],
    ["OTLP/gRPC", stats.grpc_port === null ? "off" : `${host}:${stats.grpc_port}`],
    ["key", "any text"],
    ["project", project],
  ];
  return (
    <main className="main scroll">
      <div className="onboarding">
        <div>
          <h1>Send the first span</h1>
          <p className="onboarding-lead t2">
            Point any traced program at this server. The addresses below are yours and work as they
            are; no key is checked on this machine.
          </p>
          <Snippets addresses={addresses} />
          <Waiting stats={stats} onLeave={onLeave} />
          <p className="t2 onboarding-note">
            Already traced with the Laminar SDK? Keep the code, change{" "}
            <code className="mono">base_url</code> and the ports.
          </p>
        </div>
        <div className="onboarding-side">
          <h2>This server</h2>
          <dl className="onboarding-facts">
            {facts.map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd className="mono">{value}</dd>
              </div>
            ))}
          </dl>
          {stats.data_may_be_discarded && (
            <p className="t3">An update of this version may discard what is stored.</p>
          )}
          <h2>What you will see</h2>
          <p className="t2">
            Traces that share a session id become one session: open it in the list, and read its
            traces in order.
          </p>
          <SessionShape marks={EXAMPLE} traceCount={EXAMPLE.length} width={330} />
          <p className="t3 onboarding-legend">
            An example. Each mark is a trace: <b className="type-llm">model</b>,{" "}
            <b className="type-tool">tools</b>, <b>other code</b>. Red caps failed.
          </p>
        </div>
      </div>
    </main>
  );
}

function Snippets({ addresses }: { addresses: ReturnType<typeof addressesOf> }) {
  const all = snippets(addresses);
  const [chosen, setChosen] = useState("python");
  const snippet = all.find((each) => each.id === chosen) ?? all[0];
  if (!snippet) return null;
  const whole = snippet.code;
  return (
    <CodeBlock
      head={
        <>
          <div className="row" role="tablist" aria-label="Language">
            {all.map((each) => (
              <button
                key={each.id}
                type="button"
                role="tab"
                id={`snippet-${each.id}`}
                aria-controls="snippet"
                aria-selected={each.id === snippet.id}
                className={buttonClass({ small: true })}
                onClick={() => setChosen(each.id)}
              >
                {each.label}
              </button>
            ))}
          </div>
          <span className="grow" />
          <CopyButton label="Copy" text={whole} />
        </>
      }
    >
      <div id="snippet" role="tabpanel" aria-labelledby={`snippet-${snippet.id}`}>
        {snippet.install && (
          <div className="onboarding-install">
            <pre>
              <span className="t3">$ </span>
              {snippet.install}
            </pre>
            <CopyButton label="Copy command" iconOnly text={snippet.install} />
          </div>
        )}
        <pre>
          {highlight(snippet.code, snippet.language).map((token, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: tokens of one text have no other identity
            <span key={index} className={token.kind ? `syntax-${token.kind}` : undefined}>
              {token.text}
            </span>
          ))}
        </pre>
      </div>
    </CodeBlock>
  );
}

/** Live events refresh the counts, so this flips as soon as a span is kept. */
function Waiting({ stats, onLeave }: { stats: Stats; onLeave: () => void }) {
  const url = useUrl();
  const [since] = useState(() => performance.now());
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(
      () => setSeconds(Math.floor((performance.now() - since) / 1000)),
      1000,
    );
    return () => clearInterval(timer);
  }, [since]);
  const arrived = stats.span_count > 0;
  const view = stats.session_count > 0 ? "sessions" : "traces";
  return (
    <div className={`waiting ${arrived ? "waiting-arrived" : ""}`} role="status">
      <span className="waiting-line" aria-hidden="true" />
      <span className="medium">
        {arrived ? "First span received" : "Waiting for the first span"}
      </span>
      <span className="grow" />
      {arrived ? (
        <Anchor
          className={buttonClass({ tone: "primary", small: true })}
          href={url.listHref(new URLSearchParams({ view }))}
          onClick={onLeave}
        >
          Open the {view}
        </Anchor>
      ) : (
        <span className="t3 num" aria-hidden="true">
          listening for {seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000)}
        </span>
      )}
    </div>
  );
}

/** A session to show how one is drawn. */
const EXAMPLE: SessionMark[] = Array.from({ length: 9 }, (_, index) => {
  const start = addMilliseconds(unixNsOf(0n), index * 60_000);
  const duration = 1_000 + ((index * 7) % 5) * 2_500;
  return {
    trace_id: String(index),
    start_time: formatTime(start),
    end_time: formatTime(addMilliseconds(start, duration)),
    duration_ms: duration,
    model_ms: duration * 0.5,
    tool_ms: duration * 0.25,
    failed: index === 2,
  };
});
