import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Json } from "@/api/types";
import { CallContext } from "./call_context";
import { spanDetail } from "./sample_trace";

afterEach(cleanup);

describe("CallContext", () => {
  it("folds the tools that were offered, named, until they are asked for", () => {
    const tools: Json[] = [
      { name: "weather", description: "<b>Tells the weather</b>" },
      { name: "time" },
    ];
    const { container } = render(<CallContext detail={spanDetail({ tool_definitions: tools })} />);
    const fold = screen.getByRole("button", { name: /2 tools offered/ });
    expect(fold.textContent).toContain("weather, time");
    expect(container.textContent).not.toContain("Tells the weather");
    fireEvent.click(fold);
    expect(container.textContent).toContain("Tells the weather");
    expect(container.querySelector("b b, dd b")).toBeNull();
  });

  it("shows instructions only where no message carries them", () => {
    const told = { system_instructions: "Be brief." };
    const { container, rerender } = render(<CallContext detail={spanDetail(told)} />);
    expect(container.textContent).toContain("Be brief.");
    const input = [{ role: "system", parts: [] }];
    rerender(<CallContext detail={spanDetail({ ...told, messages: { input, output: [] } })} />);
    expect(container.textContent).toBe("");
  });

  it("is nothing where nothing is told", () => {
    const { container } = render(<CallContext detail={spanDetail()} />);
    expect(container.innerHTML).toBe("");
  });
});
