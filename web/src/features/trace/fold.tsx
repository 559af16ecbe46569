/** A dashed line that stands for what is folded: what it is, a preview, and a note at its end. */
import { Icon } from "@/components/icon";

interface FoldProps {
  open: boolean;
  onToggle: () => void;
  label: string;
  preview?: string;
  note?: string;
}

export function Fold({ open, onToggle, label, preview, note }: FoldProps) {
  return (
    <button type="button" className="fold" aria-expanded={open} onClick={onToggle}>
      <Icon name="chevron" small />
      <b>{label}</b>
      <span className="t3 truncate grow">
        {preview !== undefined && !open && <bdi>{preview}</bdi>}
      </span>
      {note !== undefined && <span className="t3 num fold-note">{note}</span>}
    </button>
  );
}
