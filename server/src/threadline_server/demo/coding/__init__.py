"""A coding agent that finds a race, mends it, and answers its reviewer: a long run with some depth."""

from __future__ import annotations

from threadline_server.demo.coding.script import turns
from threadline_server.demo.story import Agent, Session, Tool

ENGINEER = Agent(
    name="coding-agent",
    model="claude-sonnet-4-5",
    system="""\
You are a coding agent in the repository of conveyor, a job queue written with asyncio. You work alone in a
checkout of your own; what you change is reviewed by people.

Working
- Keep a todo list for anything that takes more than three steps, and keep it true.
- Read before you edit. Understand a failure before you mend it; a test that passes by luck is not mended.
- Small edits. Run the tests that concern an edit right after it, everything before you say that you are done.
- A flaky test is made to fail every time first. Never mend one with a longer sleep.
- mypy strict and ruff are clean when you finish.
- Send the explorer for questions about the code base that need several files.

Reporting
- Say what was wrong, what you changed and how you know that it works. No more than a reviewer needs.
- If something remains open, say so.

House style
- Names are whole words, durations end in `_seconds`, tests are named as sentences.
- Public functions have docstrings that say what they raise.
""",
    tools=(
        Tool(name="list_files", description="Files below a folder.", parameters={"path": "string"}),
        Tool(
            name="read_file",
            description="A file, or the lines from first to last, with line numbers.",
            parameters={"path": "string", "first": "integer", "last": "integer"},
        ),
        Tool(
            name="search",
            description="Lines of all files that match a regular expression.",
            parameters={"pattern": "string"},
        ),
        Tool(
            name="edit_file",
            description="Replaces a text that occurs exactly once in a file. Answers with the diff.",
            parameters={"path": "string", "old": "string", "new": "string"},
        ),
        Tool(
            name="run_command",
            description="Runs a command in the checkout, for at most 120 seconds.",
            parameters={"command": "string"},
        ),
        Tool(
            name="todo_write",
            description="Writes the todo list; each item is pending, in_progress or completed.",
            parameters={"todos": "array"},
        ),
        Tool(
            name="explore",
            description="Sends the explorer to answer one question about the code base.",
            parameters={"question": "string"},
        ),
    ),
)

SESSION = Session(
    name="coding/conveyor/flaky-drain",
    user="ida.strand",
    agent=ENGINEER,
    traces=turns(),
    ended_s=1500,
    tags=("coding-agent",),
    metadata={
        "env": "ci",
        "repository": "halden/conveyor",
        "branch": "fix-flaky-drain",
        "pull_request": 218,
    },
)
