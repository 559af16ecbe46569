import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { JsonViewer } from "./json_viewer";

afterEach(cleanup);

const numbers = () =>
  [...document.querySelectorAll(".json-number")].map((each) => each.textContent);

describe("JsonViewer", () => {
  it("folds a container to its count and keeps the numbers of the lines", () => {
    render(<JsonViewer value={{ a: [1, 2, 3], b: true }} label="Input" />);
    expect(numbers()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    fireEvent.click(screen.getByRole("button", { name: "Fold a" }));
    expect(numbers()).toEqual(["1", "2", "7", "8"]);
    fireEvent.click(screen.getByRole("button", { name: "3 items" }));
    expect(numbers()).toHaveLength(8);
  });

  it("cuts a long string, says how much is left, and shows it when asked", () => {
    render(<JsonViewer value={{ text: "x".repeat(16_384) }} label="Input" />);
    const text = () => document.querySelector(".json-string")?.textContent?.length ?? 0;
    expect(text()).toBe(2048 + 1);
    fireEvent.click(screen.getByRole("button", { name: "show 14 kB more" }));
    expect(text()).toBe(16_384 + 2);
  });

  it("breaks a string where its text does and still shows the escape", () => {
    render(<JsonViewer value={"one\ntwo\\n"} label="Input" />);
    const shown = document.querySelector(".json-string");
    expect(shown?.textContent).toBe('"one\\ntwo\\\\n"');
    expect(shown?.querySelectorAll("br")).toHaveLength(1);
  });

  it("makes no element of markup in keys and values", () => {
    const { container } = render(
      <JsonViewer value={{ "<b>k</b>": "<img src=x>" }} label="Input" />,
    );
    expect(container.querySelector("b, img")).toBeNull();
  });
});
