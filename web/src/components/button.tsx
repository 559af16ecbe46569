/** Buttons, links that look like buttons, and the switch. */
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
