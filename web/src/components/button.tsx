/** Buttons, links that look like buttons, the switch and the segmented choice. */
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon";
import "./button.css";

type Tone = "plain" | "line" | "primary" | "danger";

export function buttonClass({
  tone = "plain",
  small,
  icon,
}: {
  tone?: Tone;
  small?: boolean;
  icon?: boolean;
}): string {
  return `button button-${tone}${small ? " button-small" : ""}${icon ? " button-icon" : ""}`;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: Tone;
  small?: boolean;
}

export function Button({ tone = "plain", small = false, className = "", ...rest }: ButtonProps) {
  return (
    <button type="button" className={`${buttonClass({ tone, small })} ${className}`} {...rest} />
  );
}

interface IconButtonProps extends ButtonProps {
  icon: IconName;
  label: string;
}

export function IconButton({
  icon,
  label,
  tone = "plain",
  small = false,
  className = "",
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      className={`${buttonClass({ tone, small, icon: true })} ${className}`}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}

export function Switch({
  checked,
  onChange,
  children,
  title,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
  title?: string;
}) {
  return (
    <button
      type="button"
      className="switch"
      role="switch"
      aria-checked={checked}
      title={title}
      onClick={() => onChange(!checked)}
    >
      <i />
      {children}
    </button>
  );
}

/** One of a few; each entry is a button, or a link if it has an address. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode }[];
  onChange: (value: Value) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset draws a box of its own and has a legend
    <div className="segmented" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
