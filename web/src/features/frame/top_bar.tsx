/** The bar over every page: mark, project, destinations, what arrives, theme, shortcut help. */
import { Menu } from "@base-ui/react/menu";
import { useQuery } from "@tanstack/react-query";
import { statsQuery } from "@/api/queries";
import { Anchor } from "@/components/anchor";
import { buttonClass, IconButton } from "@/components/button";
import { Icon, type IconName, Logo } from "@/components/icon";
import { Kbd } from "@/components/label";
import { formatCompact, formatCount } from "@/model/format";
import { useUrl } from "@/state/navigation";
import { type Preferences, usePreference } from "@/state/preferences";
import { printedKeys } from "@/state/shortcuts";
import "./top_bar.css";

export function TopBar({ onHelp, onJump }: { onHelp: () => void; onJump: () => void }) {
  const url = useUrl();
  const list = url.listHref(new URLSearchParams({ view: "sessions" }));
  return (
    <header className="top-bar">
      <Anchor className="brand" href={list} aria-label="Threadline, sessions">
        <Logo />
        <span>Threadline</span>
      </Anchor>
      <span className="brand-slash" aria-hidden="true">
        /
      </span>
      <span className="project-name truncate" title="Project">
        {url.project}
      </span>
      <nav className="row destinations" aria-label="Main">
        <Anchor href={list} aria-current="page">
          Traces
        </Anchor>
      </nav>
      <span className="grow" />
      <IngestRate project={url.project} />
      <button type="button" className="jump" onClick={onJump}>
        <Icon name="search" />
        <span className="grow">Jump to…</span>
        {printedKeys({ keys: ["k"], modified: true }).map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </button>
      <ThemeMenu />
      <IconButton icon="help" label="Keyboard shortcuts" onClick={onHelp} />
    </header>
  );
}

function IngestRate({ project }: { project: string }) {
  const { data } = useQuery(statsQuery(project));
  if (!data) return null;
  const rate = data.received_spans_per_second;
  const title = `Spans received in the last 10 s; ${formatCount(data.span_count)} spans kept`;
  if (rate === 0) {
    return (
      <span className="ingest num" title={title}>
        <i className="ingest-idle" />
        {data.span_count === 0 ? "0 spans" : "0 spans/s"}
      </span>
    );
  }
  return (
    <span className="ingest num" title={title}>
      <i className="pulse" />
      {rate < 10 ? rate.toFixed(1) : formatCompact(rate)} spans/s
    </span>
  );
}

const THEMES: readonly { value: Preferences["theme"]; label: string; icon: IconName }[] = [
  { value: "system", label: "System", icon: "system" },
  { value: "dark", label: "Dark", icon: "moon" },
  { value: "light", label: "Light", icon: "sun" },
];

function ThemeMenu() {
  const [theme, setTheme] = usePreference("theme");
  const shown = THEMES.find((each) => each.value === theme)?.icon ?? "system";
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        className={buttonClass({ icon: true })}
        aria-label={`Theme: ${theme}`}
        title="Theme"
      >
        <Icon name={shown} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={6} className="popover-positioner">
          <Menu.Popup className="menu">
            <Menu.RadioGroup
              value={theme}
              onValueChange={(value: Preferences["theme"]) => setTheme(value)}
            >
              {THEMES.map((each) => (
                <Menu.RadioItem
                  key={each.value}
                  value={each.value}
                  className="menu-item"
                  closeOnClick
                >
                  <Icon name={each.icon} />
                  <span className="grow">{each.label}</span>
                  <Menu.RadioItemIndicator>
                    <Icon name="check" small />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
