/** Tokens and cost as cells print them: the arrow quiet, what is unknown said so. */
import { formatCost, formatCostSum, formatCount, formatTokens, NOTHING } from "@/model/format";

interface Counted {
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens?: number | null;
  cache_write_tokens?: number | null;
  reasoning_tokens?: number | null;
}

export function Tokens({ of }: { of: Counted }) {
  const text = formatTokens(of.input_tokens, of.output_tokens);
  const [input, output] = text.split(" → ");
  if (output === undefined) return <span className="t3">{NOTHING}</span>;
  return (
    <>
      {input}
      <span className="t3"> → </span>
      {output}
    </>
  );
}

/** Every kind that was counted, one a line. */
export function tokensTooltip(of: Counted): string | undefined {
  const kinds: [string, number | null | undefined][] = [
    ["input", of.input_tokens],
    ["read from cache", of.cache_read_tokens],
    ["written to cache", of.cache_write_tokens],
    ["output", of.output_tokens],
    ["reasoning", of.reasoning_tokens],
  ];
  const known = kinds.filter(([, count]) => count);
  if (known.length === 0) return undefined;
  return known.map(([kind, count]) => `${formatCount(count ?? 0)} ${kind}`).join("\n");
}

/** `unpriced` calls have usage and no known price: the sum says that it is not all. */
export function Cost({ cost, unpriced = 0 }: { cost: number | null; unpriced?: number }) {
  if (cost === null || (unpriced > 0 && cost === 0)) {
    return (
      <span className="t3" title="No price is known for this model">
        unknown
      </span>
    );
  }
  if (cost === 0) return <span className="t3">{NOTHING}</span>;
  if (unpriced === 0) return formatCost(cost);
  return (
    <span title={`${formatCostSum(cost, unpriced)}: ${unpriced} calls have no known price`}>
      {formatCost(cost)}
      <span className="t3">+</span>
      <span className="visually-hidden">{` ${unpriced} calls unknown`}</span>
    </span>
  );
}
