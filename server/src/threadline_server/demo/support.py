"""A customer whose second parcel is lost: eight turns with orders, policies, refunds and a thumbs up."""

from __future__ import annotations

from typing import Any

from threadline_server.demo.shop import POLICY_CHECKER, RELEASE, SUPPORT, policies
from threadline_server.demo.story import (
    ModelCall,
    Session,
    Step,
    SubAgent,
    ToolCall,
    Turn,
    Work,
    request,
    screened,
    search,
    tool,
)

ORDER: dict[str, Any] = {
    "order_id": "48213",
    "placed": "{{-11 iso}}T18:22:09Z",
    "status": "partly_delivered",
    "shipping": {"method": "express", "amount": 1290},
    "items": [
        {
            "sku": "FJ-LIGHT-80",
            "name": "Fjell front light 80 lux",
            "price": 7490,
            "parcel": "HC77120341",
        },
        {
            "sku": "RT-40-622",
            "name": "Roadlight tyre 40-622, pair",
            "price": 6980,
            "parcel": "HC77120341",
        },
        {
            "sku": "LUR-HELM-M",
            "name": "Lur helmet, moss, size M",
            "price": 8990,
            "parcel": "HC77120358",
        },
    ],
    "payment": {
        "payment_id": "pay_9Q4mZ1cF",
        "amount": 24750,
        "currency": "eur",
        "card": "visa ending 4471",
    },
    "parcels": [
        {"parcel_id": "HC77120341", "carrier": "nordpost", "status": "delivered"},
        {"parcel_id": "HC77120358", "carrier": "nordpost", "status": "in_transit"},
    ],
}

SCANS: list[dict[str, str]] = [
    {"at": "{{-7 iso}}T03:12:44Z", "place": "Hamburg hub", "scan": "sorted"},
    {"at": "{{-8 iso}}T16:40:02Z", "place": "Halden warehouse", "scan": "handed over"},
]

HELMET_FACTS: dict[str, Any] = {
    "order_id": "48213",
    "amount_minor": 8990,
    "reason": "parcel_lost",
    "last_scan": "{{-7 iso}}",
    "refunded_so_far_minor": 0,
}
HELMET_VERDICT: dict[str, Any] = {
    "allowed": True,
    "limit_minor": 15000,
    "rule": "pol-014",
    "because": "The parcel has had no scan for seven days and 89.90 EUR is within the order's limit.",
}
EXPRESS_FACTS: dict[str, Any] = {
    "order_id": "48213",
    "amount_minor": 1290,
    "reason": "express_guarantee",
    "refunded_so_far_minor": 8990,
}
EXPRESS_VERDICT: dict[str, Any] = {
    "allowed": True,
    "limit_minor": 6010,
    "rule": "pol-026",
    "because": "One parcel of an express order never arrived; the surcharge is due once and in full.",
}


def checked(
    action: str, facts: dict[str, Any], verdict: dict[str, Any], thought: str, found: Work
) -> ToolCall:
    """A question to the policy checker, which searches and judges with model calls of its own."""
    query = found.input["query"]
    look = ToolCall(
        name="search_policies",
        arguments={"query": query, "top_k": len(found.output)},
        result=found.output,
        work=found,
    )
    judged = (
        f'{{"allowed": true, "limit_minor": {verdict["limit_minor"]}, "rule": "{verdict["rule"]}", '
        f'"because": "{verdict["because"]}"}}'
    )
    checker = SubAgent(
        agent=POLICY_CHECKER,
        task=f"Is this allowed: {action}? Facts: {facts}",
        steps=(ModelCall(calls=(look,)), ModelCall(text=judged, reasoning=thought)),
        input={"action": action, "facts": facts},
        output=verdict,
    )
    return ToolCall(
        name="check_policy",
        arguments={"action": action, "facts": facts},
        result=verdict,
        work=checker,
    )


def refund(amount: int, reason: str, key: str, identity: str) -> ToolCall:
    """Money that goes back to the card."""
    arguments = {
        "payment_id": "pay_9Q4mZ1cF",
        "amount": amount,
        "currency": "eur",
        "reason": reason,
        "idempotency_key": key,
    }
    result = {
        "refund_id": identity,
        "status": "succeeded",
        "amount": amount,
        "card": "visa ending 4471",
    }
    asked = request("POST /v1/refunds", 640, host="payments.halden.internal")
    return tool("issue_refund", arguments, result, 22, (asked,))


def answer(*steps: Step, screen_ms: int = 74) -> tuple[Step, ...]:
    """What every turn does: look at the message, work, look at the answer."""
    return (screened(screen_ms), *steps, screened(52, "output_screen"))


LOST = "parcel without a scan for a week, what counts as lost"

TURNS = (
    Turn(
        user="Hi, my order 48213 came today but the helmet is missing. Everything else was in the box.",
        steps=answer(
            ModelCall(
                reasoning="I need the order before I can say anything. Items may travel in several parcels.",
                calls=(
                    tool(
                        "look_up_order",
                        {"order_id": "48213"},
                        ORDER,
                        38,
                        (request("GET /orders/48213", 121, host="orders.halden.internal"),),
                    ),
                ),
            ),
            ModelCall(
                text="Hello, thank you for the order number. Your order travels in **two parcels**:\n\n"
                "- `HC77120341` with the light and the tyres: delivered\n"
                "- `HC77120358` with the Lur helmet: still on its way with Nordpost\n\n"
                "So nothing was forgotten. Shall I look where the second parcel is?"
            ),
        ),
    ),
    Turn(
        pause_s=64,
        user="Yes please. I need it by {{+3 weekday}}, we are going away",
        steps=answer(
            ModelCall(
                calls=(
                    tool(
                        "track_parcel",
                        {"parcel_id": "HC77120358"},
                        {"parcel_id": "HC77120358", "scans": SCANS},
                        31,
                        (request("GET /v2/track/HC77120358", 388, host="api.nordpost.example"),),
                    ),
                )
            ),
            search(LOST, policies(pol_014=0.92, pol_015=0.81, pol_026=0.63), 148),
            ModelCall(
                reasoning="Last scan on {{-7 iso}}, today is {{+0 iso}}: seven days. pol-014 says five days count "
                "as lost and the customer chooses.",
                text="It does not look good: the last scan was on **{{-7 long}}** in Hamburg, "
                "nothing since. After five days without a scan we count a parcel as lost, so you can choose:\n\n"
                "1. **A new helmet**, sent today, with you on {{+2 weekday}} or {{+3 weekday}}\n"
                "2. **Your money back** for the helmet\n\nWhich would you like?",
            ),
        ),
    ),
    Turn(
        pause_s=97,
        user="{{+3 weekday}} is too close for me, then I'd rather have the money back and buy one in town",
        steps=answer(
            ModelCall(
                reasoning="A refund of 89.90. The rules ask for the policy checker first, then a clear yes.",
                calls=(
                    checked(
                        "refund the helmet of order 48213",
                        HELMET_FACTS,
                        HELMET_VERDICT,
                        "pol-014: lost after five days, here seven. pol-021: the limit is 150.00 for the order, "
                        "nothing was refunded yet. Both allow it.",
                        search(
                            "refund for a lost parcel, limit",
                            policies(pol_014=0.94, pol_021=0.9),
                            139,
                        ),
                    ),
                ),
            ),
            ModelCall(
                text="That is fine. I would refund **89.90 EUR** for the helmet to the Visa card ending in 4471, "
                "with which you paid. Shall I do it?"
            ),
        ),
    ),
    Turn(
        pause_s=22,
        user="yes please",
        steps=answer(
            ModelCall(calls=(refund(8990, "parcel_lost", "rf-48213-1", "re_7TcW0pLx"),)),
            ModelCall(
                text="Done: **89.90 EUR** are on their way to your card, reference `re_7TcW0pLx`. "
                "If the parcel turns up after all, simply refuse it."
            ),
        ),
    ),
    Turn(
        pause_s=41,
        user="How long does that take?",
        steps=answer(
            search("settlement time card refund", policies(pol_022=0.95), 132),
            ModelCall(
                text="Your bank has it by tomorrow, {{+1 weekday}}. On the statement it shows after 3 to 5 working "
                "days, so by {{+7 long}} at the latest."
            ),
        ),
    ),
    Turn(
        pause_s=138,
        user="One more thing: I paid 12,90 for express and got half a delivery. Do I get that back too?",
        steps=answer(
            ModelCall(
                calls=(
                    checked(
                        "refund the express surcharge of order 48213",
                        EXPRESS_FACTS,
                        EXPRESS_VERDICT,
                        "pol-026 is plain: one parcel did not arrive, the surcharge is due. 89.90 and 12.90 are "
                        "102.80, below 150.00.",
                        search(
                            "express surcharge refund late parcel",
                            policies(pol_026=0.96, pol_021=0.84, pol_015=0.71),
                            151,
                        ),
                    ),
                )
            ),
            ModelCall(
                reasoning="She asked for it herself and the amount is clear, so this is the yes that I need.",
                calls=(refund(1290, "express_guarantee", "rf-48213-2", "re_7TcY3nBd"),),
            ),
            ModelCall(
                text="Yes, you do: express holds for every parcel of an order. I have refunded the **12.90 EUR** "
                "as well, reference `re_7TcY3nBd`. Together that makes 102.80 EUR."
            ),
        ),
    ),
    Turn(
        pause_s=55,
        user="Perfect. Could you mail me that, both amounts? My husband does the accounts",
        steps=answer(
            ModelCall(
                calls=(
                    tool(
                        "send_email",
                        {
                            "template": "refund_summary",
                            "variables": {
                                "order_id": "48213",
                                "refunds": [
                                    {
                                        "reference": "re_7TcW0pLx",
                                        "amount": "89.90 EUR",
                                        "for": "Lur helmet",
                                    },
                                    {
                                        "reference": "re_7TcY3nBd",
                                        "amount": "12.90 EUR",
                                        "for": "express",
                                    },
                                ],
                            },
                        },
                        {"queued": True, "message_id": "mail-51f09a"},
                        17,
                        (request("POST /messages", 212, status=202, host="mail.halden.internal"),),
                    ),
                )
            ),
            ModelCall(
                text="Sent to the address of your order, with both amounts and their references."
            ),
        ),
    ),
    Turn(
        pause_s=36,
        user="Thank you, that was easy!",
        steps=answer(
            ModelCall(text="You are welcome. Have a good ride on {{+3 weekday}}!"),
        ),
        thumb=True,
        comment="Solved in one go, nobody asked me for a photo of the box.",
    ),
)

SESSION = Session(
    name="support/lena-hoffmann/48213",
    user="lena.hoffmann@mail.example",
    agent=SUPPORT,
    traces=TURNS,
    ended_s=140,
    tags=("support", "refund"),
    resolution=0.96,
    metadata={"env": "production", "release": RELEASE, "channel": "web-chat", "locale": "de-DE"},
)
