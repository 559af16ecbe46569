"""Reads what the trace page, or the panel beside a list, shows of a trace, part by part."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

TABS = ["Input", "Output", "Attributes", "Events"]


def open_tab(scope: Page | Locator, tab: str) -> Locator:
    """Open a tab of the span panel; give its content once it is loaded."""
    scope.get_by_role("tab", name=tab).click()
    content = scope.get_by_role("tabpanel", name=tab)
    expect(content.locator(".span-skeleton")).to_have_count(0)
    expect(content).to_contain_text(re.compile(r"\S"))
    return content


def open_span(scope: Page | Locator, name: str) -> None:
    """Choose a span in the tree and wait until the panel beside it shows that one."""
    scope.get_by_role("treeitem").get_by_role("link", name=name, exact=True).first.click()
    chosen = scope.get_by_role("treeitem", selected=True)
    expect(chosen.get_by_role("link", name=name, exact=True)).to_be_visible()


def read_trace(scope: Page | Locator) -> dict[str, Any]:
    """Give all that is shown of a trace: its facts and rows, and each span's facts and tabs."""
    rows = scope.get_by_role("treeitem")
    expect(rows.first).to_be_visible()
    shown: dict[str, Any] = {"facts": scope.locator(".trace-facts").inner_text()}
    for index in range(rows.count()):
        row = rows.nth(index)
        row.click()
        expect(row).to_have_attribute("aria-selected", "true")
        shown[f"row {index}"] = {
            "label": row.get_attribute("aria-label"),
            **{tab: open_tab(scope, tab).inner_text() for tab in TABS},
            "head": scope.locator(".span-head").inner_text(),
        }
    return shown
