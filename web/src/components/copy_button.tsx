/** A button that copies a text and says so for two seconds. */
import { useEffect, useState } from "react";
import { buttonClass } from "./button";
import { Icon } from "./icon";

interface CopyButtonProps {
  /** The text, or what makes it when it is asked for. */
  text: string | (() => string);
  /** `Copy as curl`; the icon alone with `iconOnly`, then this is its name. */
  label: string;
  iconOnly?: boolean;
  className?: string;
}

export function CopyButton({ text, label, iconOnly = false, className = "" }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const shown = state === "copied" ? "Copied" : state === "failed" ? "Copying was refused" : label;
  const copy = async () => {
    const copied = await copyText(typeof text === "string" ? text : text());
    setState(copied ? "copied" : "failed");
  };
  return (
    <button
      type="button"
      className={`${buttonClass({ small: true, icon: iconOnly })} ${className}`}
      title={iconOnly ? shown : undefined}
      aria-label={iconOnly ? shown : undefined}
      onClick={(event) => {
        event.stopPropagation();
        copy();
      }}
    >
      <Icon name={state === "copied" ? "check" : "copy"} />
      {!iconOnly && shown}
      <span className="visually-hidden" role="status">
        {state === "idle" ? "" : shown}
      </span>
    </button>
  );
}

/** Tries the clipboard, which needs a secure context, then the old way, which does not. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}
