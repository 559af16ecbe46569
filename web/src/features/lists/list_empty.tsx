/** What stands in a list that found nothing: the word, how matching works, and what to try instead. */
import { useQueries } from "@tanstack/react-query";
import { askList } from "@/api/queries";
import { Anchor } from "@/components/anchor";
import { Icon } from "@/components/icon";
import { useNow } from "@/components/time";
import { revealInvisible } from "@/model/untrusted_text";
import { useUrl } from "@/state/navigation";
import type { QueryChange } from "@/state/paths";
import { usePreference } from "@/state/preferences";
import { printFilter } from "./filters";
import {
  DEFAULT_SORT,
  type ListParameters,
  toFilters,
  toRange,
  toSearch,
  toView,
} from "./list_url";
import { isOpenEnded, rangeLabel } from "./time_range";
import { questionOf } from "./use_list";
import "./list_empty.css";

interface Alternative {
  title: string;
  parameters: ListParameters;
  change: QueryChange;
}

export function ListEmpty({ parameters }: { parameters: ListParameters }) {
  const url = useUrl();
  const [zone] = usePreference("zone");
  const label = rangeLabel(parameters.range, useNow(), zone);
  const offered = alternatives(parameters).slice(0, 4);
  const found = useQueries({
    queries: offered.map(({ parameters: other }) => ({
      queryKey: ["found", url.project, other],
      queryFn: () => askList(url.project, other.view, questionOf(other), null),
    })),
  });
  return (
    <div className="list-empty" role="status">
      <h2>{heading(parameters, label)}</h2>
      <p className="t2">{explanation(parameters, label)}</p>
      {offered.map(({ title, change }, index) => {
        const answer = found[index]?.data;
        return (
          <Anchor key={title} className="alternative" href={url.href(change)}>
            <Icon name="search" className="t3" />
            <span className="grow truncate">{title}</span>
            <span className="num t3">
              {answer ? count(answer.items.length, answer.next_cursor !== null) : ""}
            </span>
          </Anchor>
        );
      })}
    </div>
  );
}

/** `No session in the last 24 hours says “refnd”`. */
function heading({ view, q, filters, range }: ListParameters, label: string): string {
  const noun = view.replace(/s$/, "");
  const preset = "preset" in range ? range.preset : null;
  const when = preset === "all" ? "" : preset ? ` in the ${label.toLowerCase()}` : " in this range";
  if (q) return `No ${noun}${when} says “${revealInvisible(q)}”`;
  if (filters.length > 0) return `No ${noun}${when} matches`;
  return preset === "all" ? `No ${noun} yet` : `No ${noun}${when}`;
}

function explanation({ q, filters, range }: ListParameters, label: string): string {
  if (q)
    return "All words must occur; quotes match a phrase, a star the beginning of a word; session:, user:, model:, tool: and error: look there.";
  if (filters.length > 0) return "All filters must hold.";
  return isOpenEnded(range) ? "New ones appear by themselves." : label;
}

/** What would find more: without one of the filters, without the words, over more time. */
function alternatives(parameters: ListParameters): Alternative[] {
  const { q, filters, range } = parameters;
  const offered: Alternative[] = filters.map((filter, index) => {
    const left = filters.filter((_, other) => other !== index);
    return {
      title: `Remove the filter ${printFilter(filter)}`,
      parameters: { ...parameters, filters: left },
      change: toFilters(left),
    };
  });
  if (q && /[^\w\s]/.test(q) && !q.includes('"')) {
    const phrase = `"${q}"`;
    offered.push({
      title: `Search for the phrase ${phrase}`,
      parameters: { ...parameters, q: phrase },
      change: toSearch(phrase),
    });
  }
  if (q && /^\w+$/.test(q)) {
    offered.push({
      title: `Search for words that begin with “${q}”`,
      parameters: { ...parameters, q: `${q}*` },
      change: toSearch(`${q}*`),
    });
  }
  const presets = ["preset" in range && range.preset === "30d" ? null : "30d", "all"] as const;
  if (!("preset" in range && range.preset === "all")) {
    for (const preset of presets) {
      if (preset === null) continue;
      offered.push({
        title: preset === "all" ? "Look at all time" : "Look at the last 30 days",
        parameters: { ...parameters, range: { preset } },
        change: toRange({ preset }),
      });
    }
  }
  if (parameters.view === "sessions" && filters.length === 0) {
    offered.push({
      title: `${q ? "Search" : "Look at"} the traces, also those without a session`,
      parameters: { ...parameters, view: "traces", sort: DEFAULT_SORT.traces },
      change: toView("traces"),
    });
  }
  if (q && filters.length > 0) {
    offered.push({
      title: "Leave out the words",
      parameters: { ...parameters, q: "" },
      change: toSearch(""),
    });
  }
  return offered;
}

function count(found: number, more: boolean): string {
  if (more) return `${found} and more`;
  return found === 1 ? "1 hit" : `${found} hits`;
}
