"""What CrewAI writes of its crews and tasks: https://github.com/crewAIInc/crewAI (telemetry/telemetry.py)."""

from __future__ import annotations

from normalize.dialects.convention import Order, Row, each, order, says, understood

ROWS = (
    says("agent_role", "Researcher", agent_name="Researcher"),
    says("crewai.agent.role", "Writer", agent_name="Writer"),
    says("crew_inputs", '{"topic": "rain"}', input={"topic": "rain"}),
    says("flow_inputs", '{"topic": "sun"}', input={"topic": "sun"}),
    says("formatted_description", "Write about rain.", input="Write about rain."),
    says("crew_output", "It rains.", output="It rains."),
    says("task_output", "It rained.", output="It rained."),
)

ORDERS = (
    order("agent_name", "agent_role", "crewai.agent.role"),
    order("input", "crew_inputs", "flow_inputs", "formatted_description"),
    order("output", "crew_output", "task_output"),
)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


def test_what_a_task_is_expected_to_give_is_not_what_it_gave() -> None:
    assert understood({"formatted_expected_output": "A poem."})["output"] is None
