/** Scores as quiet chips: a name and what was given; comment, target and time on hover. */
import type { Score } from "@/api/types";
import { formatScore, scoreTooltip } from "@/model/scores";
import { oneLine } from "@/model/untrusted_text";
import { usePreference } from "@/state/preferences";
import { Anchor } from "./anchor";
import "./score_chips.css";

interface ScoreChipsProps {
  scores: readonly Score[];
  /** How many are shown; the others are counted. */
  most: number;
  /** In a fact, where they may take several lines. */
  wrap?: boolean;
  /** What a score is on, where that is not told by where it stands. */
  placeOf?: (score: Score) => string;
  /** Where a score leads; null for nowhere. */
  hrefOf?: (score: Score) => string | null;
}

export function ScoreChips({ scores, most, wrap = false, placeOf, hrefOf }: ScoreChipsProps) {
  const [zone] = usePreference("zone");
  if (scores.length === 0) return null;
  const titleOf = (score: Score) => scoreTooltip(score, placeOf?.(score) ?? "", zone);
  const rest = scores.slice(most);
  return (
    <span className={`scores ${wrap ? "scores-many" : ""}`}>
      {scores.slice(0, most).map((score) => {
        const href = hrefOf?.(score) ?? null;
        const chip = <Chip key={score.score_id} score={score} title={titleOf(score)} />;
        return href === null ? (
          chip
        ) : (
          <Anchor key={score.score_id} className="score-link" href={href}>
            {chip}
          </Anchor>
        );
      })}
      {rest.length > 0 && (
        <span className="t3 num" title={rest.map(titleOf).slice(0, 20).join("\n\n")}>
          +{rest.length}
        </span>
      )}
    </span>
  );
}

function Chip({ score, title }: { score: Score; title: string }) {
  return (
    <span className="score" title={title}>
      <bdi className="score-name">{oneLine(score.name, 80)}</bdi>
      <bdi className="score-given">{formatScore(score)}</bdi>
    </span>
  );
}
