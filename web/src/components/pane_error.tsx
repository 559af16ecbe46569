/** What a pane shows instead of its content when a request failed: what, the request, and a retry. */
import { useEffect, useState } from "react";
import { apiUrl, RequestError } from "@/api/client";
import { formatDuration } from "@/model/format";
import { Button } from "./button";
import { CopyButton } from "./copy_button";
import { Icon } from "./icon";
import "./pane_error.css";

interface PaneErrorProps {
  /** What could not be shown: `The trace could not be loaded`. */
  title: string;
  error: unknown;
  /** What still works: `The list is not affected.` */
  unaffected: string;
  /** How often this request has failed in a row, which sets the wait before the next try. */
  failures: number;
  retrying: boolean;
  onRetry: () => void;
}

const WAITS_S = [2, 4, 8, 16, 30];

export function PaneError({
  title,
  error,
  unaffected,
  failures,
  retrying,
  onRetry,
}: PaneErrorProps) {
  const request = error instanceof RequestError ? error : null;
  return (
    <div className="pane-error" role="alert">
      <h2>{title}</h2>
      <p className="t2">
        {summary(error)} {unaffected}
      </p>
      {request && <FailedRequest error={request} />}
      <div className="row gap-4 pane-error-actions">
        <Button tone="primary" disabled={retrying} onClick={onRetry}>
          <Icon name="retry" />
          Retry
        </Button>
        {retrying && <span className="t3">trying…</span>}
        {!retrying && isWorthRetrying(error) && (
          <Countdown key={failures} failures={failures} onEnd={onRetry} />
        )}
      </div>
    </div>
  );
}

/** A 4xx answer would be the same again; everything else is worth another try by itself. */
function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof RequestError) || error.status < 400 || error.status >= 500;
}

function FailedRequest({ error }: { error: RequestError }) {
  const curl = `curl '${apiUrl(error.path).replaceAll("'", "'\\''")}'`;
  return (
    <div className="failed-request">
      <div className="row failed-request-head">
        <span className="mono t2 truncate grow">{`${error.method} ${error.path}`}</span>
        <CopyButton text={curl} label="Copy as curl" />
      </div>
      <pre>
        <span className="error">{error.status === 0 ? "–" : error.status}</span>{" "}
        {`${error.code}: ${error.message}`}
        {error.hint !== null && (
          <>
            {"\n"}
            <span className="t3">hint</span> {error.hint}
          </>
        )}
        {error.requestId !== null && (
          <>
            {"\n"}
            <span className="t3">request</span> {error.requestId}
          </>
        )}
      </pre>
    </div>
  );
}

function Countdown({ failures, onEnd }: { failures: number; onEnd: () => void }) {
  const wait = WAITS_S[Math.min(Math.max(failures, 1), WAITS_S.length) - 1] ?? 30;
  const [left, setLeft] = useState(wait);
  useEffect(() => {
    const timer = window.setTimeout(() => (left <= 1 ? onEnd() : setLeft(left - 1)), 1000);
    return () => window.clearTimeout(timer);
  }, [left, onEnd]);
  return <span className="t3 num">{`again in ${left} s`}</span>;
}

function summary(error: unknown): string {
  if (!(error instanceof RequestError)) return "The answer could not be read.";
  const after = `after ${formatDuration(error.elapsedMs)}`;
  if (error.status === 0) return `No answer came from the server ${after}.`;
  return `The server answered ${error.status} ${after}.`;
}
