"""The shop that the stories happen in: its agents, their tools, and what its policies say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline_server.demo.story import Agent, Tool

RELEASE = "2026.11.4"

SUPPORT_SYSTEM = """\
You are the support agent of Halden Cycles, a shop for bicycles and parts.

Who you speak with
- Customers who have ordered, or are about to. They write from the order page, so the customer id is known.

How you work
1. Look the order up before you say anything about it. Never guess a status, a date or an amount.
2. For every refund, call check_policy first and follow its verdict. Refunds above 150.00 EUR need a colleague.
3. Before money moves, name the amount and the card and wait for a clear yes.
4. Search the policies for anything about delivery times, returns, warranty or settlement.
5. If a tool fails twice, say what you tried and what happens next. Do not pretend it worked.

How you write
- Short paragraphs, plain words, the customer's language. Amounts with currency, dates with weekday.
- One apology at most, and only when something went wrong on our side.
- Never promise what a policy does not say.

What you may not do
- Change a delivery address after a parcel has left, discuss other customers, or give legal advice.
"""

SUPPORT_TOOLS = (
    Tool(
        name="look_up_order",
        description="Items, payments, parcels and status of an order of this customer.",
        parameters={"order_id": "string"},
    ),
    Tool(
        name="track_parcel",
        description="Scans of a parcel, newest first, as the carrier reports them.",
        parameters={"parcel_id": "string"},
    ),
    Tool(
        name="check_policy",
        description="Asks the policy checker whether an action is allowed, with the rule it rests on.",
        parameters={"action": "string", "facts": "object"},
    ),
    Tool(
        name="issue_refund",
        description="Refunds an amount to the card that paid. Amounts are in minor units.",
        parameters={
            "payment_id": "string",
            "amount": "integer",
            "currency": "string",
            "reason": "string",
            "idempotency_key": "string",
        },
    ),
    Tool(
        name="send_email",
        description="Sends a template to the customer's own address.",
        parameters={"template": "string", "variables": "object"},
    ),
    Tool(
        name="check_stock",
        description="Pieces of an article in the warehouse and in the shops.",
        parameters={"sku": "string"},
    ),
)

SUPPORT = Agent(
    name="support-agent", model="claude-sonnet-4-5", system=SUPPORT_SYSTEM, tools=SUPPORT_TOOLS
)

POLICY_CHECKER = Agent(
    name="policy-checker",
    model="gpt-5-mini",
    system="""\
You check whether an action that a support agent proposes is allowed by the policies of Halden Cycles.
Search before you judge. Answer with one JSON object and nothing else:
{"allowed": true or false, "limit_minor": integer or null, "rule": policy id, "because": one sentence}.
If two policies disagree, the stricter one holds. If none applies, allowed is false.
""",
    tools=(
        Tool(
            name="search_policies",
            description="Policies that fit a question, best first.",
            parameters={"query": "string", "top_k": "integer"},
        ),
    ),
)

WORKSHOP = Agent(
    name="workshop-agent",
    model="claude-sonnet-4-5",
    system="""\
You book appointments in the workshops of Halden Cycles.

- find_slots shows what is free. A slot is only booked once reserve_slot has answered with a reservation.
- A reservation holds a stand and a mechanic; brake and gear services take 45 minutes, a full service 120.
- If the calendar does not answer, try other arguments once. If that fails too, say plainly that nothing is
  booked, and offer that the workshop calls back. Use request_callback for that.
- Never say that an appointment is booked without its reservation number.
""",
    tools=(
        Tool(
            name="find_slots",
            description="Free slots of a workshop on a day.",
            parameters={"workshop": "string", "day": "string", "service": "string"},
        ),
        Tool(
            name="reserve_slot",
            description="Reserves a slot for a customer.",
            parameters={
                "workshop": "string",
                "starts_at": "string",
                "service": "string",
                "customer_id": "string",
                "hold_minutes": "integer",
            },
        ),
        Tool(
            name="request_callback",
            description="Asks the workshop to call the customer.",
            parameters={"workshop": "string", "phone": "string", "note": "string"},
        ),
    ),
)

SHOP_ASSISTANT = Agent(
    name="shop-assistant",
    model="gpt-5-mini",
    system="""\
You answer questions about the articles of Halden Cycles: what fits, what is in stock, what it costs.
Use check_stock before you speak of availability and search_policies for delivery and returns. Be brief.
""",
    tools=(SUPPORT_TOOLS[5], SUPPORT_TOOLS[0], SUPPORT_TOOLS[1]),
)

_TITLES = {
    "pol-014": "Lost parcels",
    "pol-015": "Split deliveries",
    "pol-021": "Refund limits",
    "pol-022": "Settlement times",
    "pol-026": "Express guarantee",
    "pol-031": "Returns",
    "pol-038": "Warranty",
    "pol-041": "Delivery abroad",
}

_CONTENTS = {
    "pol-014": "A parcel without a scan for five days counts as lost. The customer chooses between a replacement "
    "and a refund of the missing items at the price paid. We open the claim with the carrier ourselves.",
    "pol-015": "An order may travel in several parcels. Each has its own tracking; the order is delivered when the "
    "last one is. Express is promised for every parcel of the order.",
    "pol-021": "Support may refund up to 150.00 EUR per order without a colleague. The sum of all refunds of the "
    "order counts, shipping included.",
    "pol-022": "Card refunds reach the bank within one working day and show on the statement after 3 to 5 working "
    "days. Wallets show them within hours.",
    "pol-026": "If any parcel of an express order arrives late or not at all, the express surcharge is refunded in "
    "full on request, once.",
    "pol-031": "Unused articles may be returned within 30 days. Helmets only in sealed packaging.",
    "pol-038": "Frames five years, parts two years. Wear such as pads, chains and tyres is not covered.",
    "pol-041": "We deliver to the EU, Norway and Switzerland. Outside the EU customs duty is paid by the receiver.",
}


def policies(**scores: float) -> tuple[Mapping[str, Any], ...]:
    """Policies as the search gives them: `policies(pol_014=0.91)` is the one on lost parcels."""
    found = []
    for name, score in scores.items():
        identity = name.replace("_", "-")
        title, content = _TITLES[identity], _CONTENTS[identity]
        found.append({"id": identity, "title": title, "score": score, "content": content})
    return tuple(found)
