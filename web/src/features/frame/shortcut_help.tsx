/** The dialog that lists the shortcuts of the page, read from their registry. */
import { Dialog } from "@base-ui/react/dialog";
import { buttonClass } from "@/components/button";
import { Icon } from "@/components/icon";
import { Kbd } from "@/components/label";
import { printedKeys, type Shortcut, useRegisteredShortcuts } from "@/state/shortcuts";
import "./shortcut_help.css";

const GROUPS = ["Anywhere", "Lists", "Trace"] as const;
export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const shortcuts = useRegisteredShortcuts();
  const groups = GROUPS.map((group) => ({ group, rows: rowsOf(shortcuts, group) })).filter(
    (each) => each.rows.length > 0,
  );
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="dialog">
          <div className="dialog-head">
            <Dialog.Title>Keyboard shortcuts</Dialog.Title>
            <Dialog.Close className={buttonClass({ icon: true, small: true })} aria-label="Close">
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <div className="shortcut-groups">
            {groups.map(({ group, rows }) => (
              <section key={group}>
                <h3>{group}</h3>
                <dl>
                  {rows.map((shortcut) => (
                    <div key={shortcut.id} className="shortcut">
                      <dt>{shortcut.title}</dt>
                      <dd>
                        {printedKeys(shortcut).map((key) => (
                          <Kbd key={key}>{key}</Kbd>
                        ))}
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** In the order in which they are to be read; two that share a title are one line. */
function rowsOf(shortcuts: readonly Shortcut[], group: Shortcut["group"]): Shortcut[] {
  const rows = new Map<string, Shortcut>();
  for (const shortcut of shortcuts) {
    if (shortcut.group !== group) continue;
    const same = rows.get(shortcut.title);
    const keys = [...new Set([...(same?.keys ?? []), ...shortcut.keys])];
    rows.set(shortcut.title, { ...shortcut, keys });
  }
  return [...rows.values()];
}
