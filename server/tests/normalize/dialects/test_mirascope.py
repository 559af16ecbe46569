"""Mirascope's spans: https://mirascope.com/docs (Ops, tracing)."""

from __future__ import annotations

from normalize.dialects.convention import Order, Row, each, order, says, understood

ROWS = (
    says("mirascope.type", "trace", type="chain"),
    says("mirascope.response.cost", '{"input_cost": 1.5, "total_cost": 2.5}', total_cost=0.00025),
    says("mirascope.trace.arg_values", '{"city":"Paris"}', input={"city": "Paris"}),
    says("mirascope.trace.output", "Rain.", output="Rain."),
    says("mirascope.trace.tags", ["x"], tags=["x"]),
    says("mirascope.trace.metadata", '{"plan": "pro"}', metadata={"plan": "pro"}),
    says("mirascope.ops.session.id", "s1", session="s1"),
)

ORDERS: tuple[Order, ...] = (order("type", "mirascope.type"),)


@each(ROWS)
def test_an_attribute_means_what_its_convention_says(row: Row) -> None:
    row.check()


@each(ORDERS)
def test_of_two_attributes_the_stronger_is_believed(order: Order) -> None:
    order.check(ROWS)


def test_a_call_is_what_its_operation_says() -> None:
    sent = {"mirascope.type": "call", "gen_ai.operation.name": "chat"}
    assert understood(sent)["type"] == "llm"
