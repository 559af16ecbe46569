import { cleanup, fireEvent, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { handleKey, type Shortcut, useShortcuts } from "./shortcuts";

let pressed: string[];
const shortcut = (id: string, key: string, more: Partial<Shortcut> = {}): Shortcut => ({
  id,
  title: id,
  keys: [key],
  group: "Anywhere",
  run: () => {
    pressed.push(id);
    return undefined;
  },
  ...more,
});

function Page({ shortcuts }: { shortcuts: readonly Shortcut[] }) {
  useShortcuts(shortcuts);
  return (
    <>
      <input aria-label="field" />
      <button type="button">button</button>
      <div role="dialog">
        <button type="button">inside</button>
      </div>
    </>
  );
}

beforeEach(() => {
  pressed = [];
  window.addEventListener("keydown", handleKey);
});

afterEach(() => {
  window.removeEventListener("keydown", handleKey);
  cleanup();
});

test("a key runs what it is registered for, and nothing once the page is gone", () => {
  const page = render(<Page shortcuts={[shortcut("next", "j"), shortcut("previous", "k")]} />);
  fireEvent.keyDown(document.body, { key: "j" });
  fireEvent.keyDown(document.body, { key: "k" });
  page.unmount();
  fireEvent.keyDown(document.body, { key: "j" });
  expect(pressed).toEqual(["next", "previous"]);
});

test("what is typed into a field is text, but for shortcuts that say otherwise", () => {
  const page = render(
    <Page shortcuts={[shortcut("next", "j"), shortcut("close", "Escape", { inFields: true })]} />,
  );
  fireEvent.keyDown(page.getByLabelText("field"), { key: "j" });
  fireEvent.keyDown(page.getByLabelText("field"), { key: "Escape" });
  expect(pressed).toEqual(["close"]);
});

test("keys with Ctrl or Command are the browser's unless they are registered so", () => {
  render(
    <Page shortcuts={[shortcut("next", "k"), shortcut("palette", "k", { modified: true })]} />,
  );
  fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
  fireEvent.keyDown(document.body, { key: "k", metaKey: true });
  fireEvent.keyDown(document.body, { key: "t", ctrlKey: true });
  fireEvent.keyDown(document.body, { key: "k" });
  expect(pressed).toEqual(["palette", "palette", "next"]);
});

test("a dialog has its own keys, a focused button its own Enter", () => {
  const page = render(<Page shortcuts={[shortcut("next", "j"), shortcut("open", "Enter")]} />);
  fireEvent.keyDown(page.getByText("inside"), { key: "j" });
  fireEvent.keyDown(page.getByText("button"), { key: "Enter" });
  expect(pressed).toEqual([]);
});

test("the newest registration goes first, and an older one when it has nothing to do", () => {
  const idle = shortcut("panel", "Escape", { run: () => false });
  const list = [shortcut("list", "Escape")];
  render(
    <>
      <Page shortcuts={list} />
      <Page shortcuts={[idle]} />
    </>,
  );
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(pressed).toEqual(["list"]);
});

test("a handler is the one of the last render", () => {
  const page = render(<Page shortcuts={[shortcut("next", "j")]} />);
  const later = shortcut("next", "j", { run: () => void pressed.push("later") });
  page.rerender(<Page shortcuts={[later]} />);
  fireEvent.keyDown(document.body, { key: "j" });
  expect(pressed).toEqual(["later"]);
});
