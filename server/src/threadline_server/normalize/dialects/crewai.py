"""Read what CrewAI writes of its crews, tasks and tools itself."""

from __future__ import annotations

from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import carrying, named

CREWAI = Dialect(
    name="crewai",
    title="CrewAI",
    sources=(
        *named(Meaning.AGENT_NAME, "agent_role", "crewai.agent.role"),
        *carrying(Meaning.INPUT, "crew_inputs", "flow_inputs", "formatted_description"),
        *carrying(Meaning.OUTPUT, "crew_output", "task_output"),
    ),
)
