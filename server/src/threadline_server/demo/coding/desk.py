"""The coding agent's tools at work: each method is one model call with the tool that it asks for."""

from __future__ import annotations

from typing import Any

from threadline_server.demo.coding.workspace import Workspace
from threadline_server.demo.story import (
    Agent,
    Failure,
    ModelCall,
    SubAgent,
    Tool,
    ToolCall,
    Work,
    tool,
)

EXPLORER = Agent(
    name="explorer",
    model="claude-haiku-4-5",
    system="""\
You answer one question about a code base by reading it. You cannot change anything.
Search first, read only what you need, and answer with file names and line numbers. Say what you did not look at.
""",
    tools=(
        Tool(name="search", description="Lines that match.", parameters={"pattern": "string"}),
        Tool(name="read_file", description="Lines of a file.", parameters={"path": "string"}),
    ),
)


class Desk:
    """A workspace and the calls that an agent makes on it, in the order in which they are written."""

    def __init__(self) -> None:
        self.workspace = Workspace()

    def read(self, text: str, path: str, first: int = 1, last: int | None = None) -> ModelCall:
        """Read a file, or some lines of it."""
        arguments: dict[str, Any] = {"path": path}
        if last is not None:
            arguments |= {"first": first, "last": last}
        result = self.workspace.read(path, first, last)
        return ModelCall(text=text, calls=(tool("read_file", arguments, result, 9),))

    def read_all(self, text: str, *paths: str) -> ModelCall:
        """Read several files at the same time."""
        calls = tuple(
            tool("read_file", {"path": path}, self.workspace.read(path), 11) for path in paths
        )
        return ModelCall(text=text, calls=calls, parallel=True)

    def list_files(self, text: str) -> ModelCall:
        """See what there is."""
        listed = "\n".join(self.workspace.paths)
        return ModelCall(text=text, calls=(tool("list_files", {"path": "."}, listed, 14),))

    def search(self, text: str, pattern: str) -> ModelCall:
        """Search all files."""
        found = self.workspace.search(pattern)
        return ModelCall(text=text, calls=(tool("search", {"pattern": pattern}, found, 31),))

    def edit(self, text: str, path: str, old: str, new: str, reasoning: str = "") -> ModelCall:
        """Replace a text in a file."""
        arguments = {"path": path, "old": old, "new": new}
        result = self.workspace.edit(path, old, new)
        call = tool("edit_file", arguments, result, 16)
        return ModelCall(text=text, calls=(call,), reasoning=reasoning)

    def edit_that_misses(self, text: str, path: str, old: str, new: str) -> ModelCall:
        """Replace a text that is not there as the agent remembers it: the tool refuses."""
        arguments = {"path": path, "old": old, "new": new}
        try:
            self.workspace.edit(path, old, new)
        except ValueError as error:
            failure = Failure(
                "EditConflict",
                str(error),
                (
                    (
                        '"/srv/agent/tools/edit.py", line 38, in edit_file',
                        "raise EditConflict(message)",
                    ),
                ),
            )
        else:
            raise AssertionError("the story wants an edit that misses")
        call = ToolCall(
            name="edit_file",
            arguments=arguments,
            result={"error": failure.kind, "message": failure.message},
            work=Work(name="edit_file", kind="TOOL", took_ms=8, input=arguments, failure=failure),
        )
        return ModelCall(text=text, calls=(call,))

    def shell(
        self,
        text: str,
        command: str,
        output: str,
        took_ms: int,
        *,
        status: int = 0,
        reasoning: str = "",
    ) -> ModelCall:
        """Run a command; a status other than 0 is an answer, not a failure of the tool."""
        result = {"exit_code": status, "output": output}
        call = tool("run_command", {"command": command}, result, took_ms)
        return ModelCall(text=text, calls=(call,), reasoning=reasoning)

    def todo(self, text: str, *items: str) -> ModelCall:
        """Write the list of what is to do: `x` done, `>` under way, `-` to do."""
        states = {"x": "completed", ">": "in_progress", "-": "pending"}
        todos = [{"content": item[2:], "status": states[item[0]]} for item in items]
        return ModelCall(
            text=text, calls=(tool("todo_write", {"todos": todos}, {"saved": len(todos)}, 3),)
        )

    def explore(
        self, text: str, question: str, looks: tuple[ModelCall, ...], found: str
    ) -> ModelCall:
        """Send a sub-agent to find something out."""
        explorer = SubAgent(agent=EXPLORER, task=question, steps=(*looks, ModelCall(text=found)))
        call = ToolCall(
            name="explore", arguments={"question": question}, result=found, work=explorer
        )
        return ModelCall(text=text, calls=(call,))
