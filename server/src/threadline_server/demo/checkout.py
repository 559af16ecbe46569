"""Checkouts of several users, each step a trace of its own; one card is declined, one order waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threadline_server.demo.shop import RELEASE
from threadline_server.demo.story import (
    Agent,
    Failure,
    Job,
    ModelCall,
    Session,
    SubAgent,
    Work,
    request,
)

PAYMENTS = "payments.halden.internal"

FRAUD_REVIEWER = Agent(
    name="fraud-reviewer",
    model="gpt-5-mini",
    system="""\
You judge whether an order looks like fraud. You get the order, the customer's history and the device.
Answer with one JSON object: {"risk": "low" | "medium" | "high", "score": 0..1, "reasons": [strings]}.
Judge what is in front of you. A new customer alone is no reason; a new customer with a foreign card and a
parcel locker is.
""",
)

DECLINED = Failure(
    "CardDeclined",
    "402 card_declined (insufficient_funds): the bank refused 1,249.00 EUR on mastercard ending 0341",
    (
        (
            '"/srv/checkout/steps/payment.py", line 71, in processPayment',
            "charge = self.charge(cart, card)",
        ),
        (
            '"/srv/checkout/steps/payment.py", line 102, in charge',
            "raise CardDeclined.of(reply.json())",
        ),
    ),
)
REFUSED = Failure("HTTPStatusError", "402 Payment Required")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """Who buys what, and with which card."""

    user: str
    items: tuple[tuple[str, str, int], ...]
    card: str
    order: str
    history: Mapping[str, Any]
    verdict: str
    ended_s: float
    declined: bool = False

    @property
    def total(self) -> int:
        """Minor units."""
        return sum(price for _, _, price in self.items)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The items as the shop's programs pass them on."""
        return [{"sku": sku, "name": name, "price": price} for sku, name, price in self.items]


def _validate(cart: Cart) -> Work:
    return Work(
        name="validateCart",
        kind="CHAIN",
        took_ms=6,
        input={"items": cart.lines, "currency": "eur"},
        output={"valid": True, "items": len(cart.items), "total": cart.total},
        inside=(
            request("POST /stock/check", 84, host="stock.halden.internal"),
            request("POST /prices/quote", 61, host="prices.halden.internal"),
        ),
        own_trace=True,
    )


def _pay(cart: Cart) -> Work:
    asked: dict[str, Any] = {"amount": cart.total, "currency": "eur", "card": cart.card}
    review = SubAgent(
        agent=FRAUD_REVIEWER,
        task=f"Order {cart.order}: {cart.lines}. Card: {cart.card}. Customer: {dict(cart.history)}.",
        steps=(ModelCall(text=cart.verdict),),
        input={"order": cart.order, "customer": cart.history},
    )
    event: tuple[str, dict[str, Any]]
    if cart.declined:
        charge = request("POST /v1/charges", 918, 402, REFUSED, PAYMENTS)
        event = ("card_declined", {"decline_code": "insufficient_funds", "card": cart.card})
    else:
        charge = request("POST /v1/charges", 742, 201, None, PAYMENTS)
        event = ("charge_captured", {"amount": cart.total, "card": cart.card})
    return Work(
        name="processPayment",
        kind="CHAIN",
        took_ms=9,
        input=asked,
        output=None if cart.declined else {"payment_id": f"pay_{cart.order}", "status": "captured"},
        events=(event,),
        failure=DECLINED if cart.declined else None,
        inside=(review, charge),
        own_trace=True,
    )


def _order(cart: Cart) -> Work:
    confirmation = {"order_id": cart.order, "status": "confirmed", "total": cart.total}
    return Work(
        name="createOrder",
        kind="CHAIN",
        took_ms=5,
        input={"payment_id": f"pay_{cart.order}", "items": len(cart.items)},
        output=confirmation,
        inside=(
            Work(
                name="INSERT orders",
                took_ms=14,
                attributes={"db.system.name": "postgresql", "db.operation.name": "INSERT"},
            ),
            request("POST /messages", 133, 202, None, "mail.halden.internal"),
        ),
        own_trace=True,
    )


def _session(cart: Cart) -> Session:
    steps = (_validate(cart), _pay(cart), *(() if cart.declined else (_order(cart),)))
    checkout = Work(
        name="checkout",
        kind="CHAIN",
        took_ms=4,
        input={"user": cart.user, "items": len(cart.items), "total": cart.total},
        output={
            "status": "payment_failed" if cart.declined else "confirmed",
            "order_id": cart.order,
        },
        inside=steps,
    )
    return Session(
        name=f"checkout/{cart.user}",
        user=cart.user,
        traces=(Job(work=checkout),),
        ended_s=cart.ended_s,
        tags=("checkout",),
        metadata={"env": "production", "release": RELEASE, "region": "eu-north-1"},
    )


CARTS = (
    Cart(
        user="user-1042",
        items=(("PD-M520", "Pedals M520", 3990), ("CH-11-118", "Chain 11 speed", 2890)),
        card="visa ending 8830",
        order="48251",
        history={"orders": 11, "disputes": 0, "since": "2021-03"},
        verdict='{"risk":"low","score":0.04,"reasons":["11 orders without a dispute","same card as before"]}',
        ended_s=610,
    ),
    Cart(
        user="user-1077",
        items=(("FJ-COMM-L", "Fjell commuter, size L, moss", 124900),),
        card="mastercard ending 0341",
        order="48252",
        history={"orders": 0, "disputes": 0, "since": "{{+0 iso}}"},
        verdict='{"risk":"medium","score":0.41,"reasons":["first order","amount over 1,000 EUR"]}',
        ended_s=1180,
        declined=True,
    ),
    Cart(
        user="user-0968",
        items=(
            ("BR-PAD-J04", "Brake pads J04, pair", 1990),
            ("RT-40-622", "Roadlight tyre 40-622, pair", 6980),
            ("TU-40-622", "Tube 40-622", 790),
        ),
        card="visa ending 2219",
        order="48249",
        history={"orders": 4, "disputes": 1, "since": "2024-08"},
        verdict='{"risk":"low","score":0.12,"reasons":["dispute of 2024 was about a lost parcel"]}',
        ended_s=2950,
    ),
)

SESSIONS = tuple(_session(cart) for cart in CARTS)
