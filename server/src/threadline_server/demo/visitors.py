"""Short sessions of many users: questions at the counter and a call on the phone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from threadline_server.demo.shop import RELEASE, SHOP_ASSISTANT, SUPPORT, policies
from threadline_server.demo.story import (
    Agent,
    ModelCall,
    Session,
    Step,
    ToolCall,
    Turn,
    Work,
    request,
    screened,
    search,
    tool,
)


def stock(sku: str, warehouse: int, shops: dict[str, int]) -> ToolCall:
    """Pieces of an article, as the warehouse counts them."""
    found = {"sku": sku, "warehouse": warehouse, "shops": shops}
    asked = request(f"GET /stock/{sku}", 58, host="stock.halden.internal")
    return tool("check_stock", {"sku": sku}, found, 12, (asked,))


def order(order_id: str, **found: Any) -> ToolCall:
    """An order, as far as an answer needs it."""
    asked = request(f"GET /orders/{order_id}", 96, host="orders.halden.internal")
    return tool(
        "look_up_order", {"order_id": order_id}, {"order_id": order_id, **found}, 18, (asked,)
    )


def turn(user: str, *steps: Step, pause_s: float = 0, thumb: bool | None = None) -> Turn:
    """A question with what it takes to answer it."""
    return Turn(user=user, steps=(screened(64), *steps), pause_s=pause_s, thumb=thumb)


def chat(
    name: str,
    user: str,
    ended_s: float,
    *turns: Turn,
    agent: Agent = SHOP_ASSISTANT,
    tags: tuple[str, ...] = ("shop",),
    **metadata: Any,
) -> Session:
    """A visitor of the shop."""
    told = {"env": "production", "release": RELEASE, "channel": "web-chat", **metadata}
    return Session(
        name=f"chat/{name}",
        user=user,
        agent=agent,
        traces=turns,
        ended_s=ended_s,
        tags=tags,
        metadata=told,
    )


CHATS = (
    chat(
        "tyre-width",
        "tomas.berg@mail.example",
        55,
        turn(
            "Do 47 mm tyres fit the Fjell commuter?",
            ModelCall(
                text="With mudguards up to 42 mm, without them up to 50 mm. So yes, if you ride it bare."
            ),
        ),
        turn(
            "and do you have the Roadlight in 42?",
            ModelCall(calls=(stock("RT-42-622", 31, {"bergen": 2, "oslo": 0}),)),
            ModelCall(
                text="Yes, 31 in the warehouse and two in the Bergen shop. 69.80 EUR the pair."
            ),
            pause_s=37,
            thumb=True,
        ),
        locale="en-GB",
    ),
    chat(
        "where-is-48231",
        "camille.moreau@mail.example",
        265,
        turn(
            "Bonjour, où est ma commande 48231 ?",
            ModelCall(
                calls=(
                    order(
                        "48231",
                        status="in_transit",
                        parcels=[{"parcel_id": "HC77120402", "carrier": "colis-nord"}],
                    ),
                )
            ),
            ModelCall(
                calls=(
                    tool(
                        "track_parcel",
                        {"parcel_id": "HC77120402"},
                        {
                            "scans": [
                                {
                                    "at": "{{+0 iso}}T06:12:00Z",
                                    "place": "Lyon",
                                    "scan": "out for delivery",
                                }
                            ]
                        },
                        21,
                        (request("GET /suivi/HC77120402", 402, host="api.colis-nord.example"),),
                    ),
                )
            ),
            ModelCall(
                text="Bonjour ! Votre colis est parti ce matin de Lyon avec le livreur : il arrive aujourd'hui."
            ),
        ),
        agent=SUPPORT,
        tags=("support",),
        locale="fr-FR",
    ),
    chat(
        "warranty-hub",
        "k.ito@mail.example",
        900,
        turn(
            "The rear hub of my Fjell makes a grinding noise after 14 months. Is that covered?",
            search("warranty hub bearing noise", policies(pol_038=0.93, pol_031=0.55), 141),
            ModelCall(
                text="Parts carry two years, so a hub is covered unless the bearings are simply worn. Bring it to "
                "a workshop with the receipt; if it is the hub, we replace it."
            ),
        ),
        locale="en-US",
    ),
    chat(
        "ship-to-norway",
        "priya.k@mail.example",
        1720,
        turn(
            "do you deliver to Tromsø and what about customs",
            search("delivery Norway customs duty", policies(pol_041=0.95), 128),
            ModelCall(
                text="Yes, by post in 4 to 6 days. Norway is outside the EU: we declare the parcel, and you pay "
                "25 % VAT on delivery."
            ),
        ),
        turn("ok takk", ModelCall(text="Velkommen."), pause_s=21),
        locale="nb-NO",
    ),
    chat(
        "change-colour",
        "noemie.v@mail.example",
        2410,
        turn(
            "Puis-je encore changer la couleur de la commande 48240 en noir ?",
            ModelCall(calls=(order("48240", status="packed", items=[{"sku": "FJ-COMM-M-MOSS"}]),)),
            ModelCall(
                text="Je regrette : la commande est déjà emballée. Vous pouvez rendre le vélo pendant 30 jours, et "
                "je vous en réserve un noir si vous le souhaitez."
            ),
            thumb=False,
        ),
        agent=SUPPORT,
        tags=("support",),
        locale="fr-FR",
    ),
    chat(
        "voucher",
        "jo.lindqvist@mail.example",
        3640,
        turn(
            "my voucher AUTUMN15 does not work",
            Work(
                name="find_voucher",
                kind="TOOL",
                took_ms=73,
                input={"code": "AUTUMN15"},
                output={"code": "AUTUMN15", "ended": "{{-3 iso}}", "value": "15 %"},
            ),
            ModelCall(text="AUTUMN15 ended on {{-3 long}}. I cannot extend it, I am afraid."),
        ),
        turn(
            "that is a pity, I had it in my cart since last week",
            ModelCall(
                text="Then a colleague may make an exception. I have passed your cart on to them."
            ),
            pause_s=52,
        ),
        tags=("shop", "voucher"),
        locale="sv-SE",
    ),
    chat(
        "invoice-48190",
        "a.quintero@mail.example",
        5230,
        turn(
            "la factura del pedido 48190, por favor",
            ModelCall(calls=(order("48190", status="delivered", invoice="R-2026-48190"),)),
            ModelCall(
                calls=(
                    tool(
                        "send_email",
                        {"template": "invoice", "variables": {"invoice": "R-2026-48190"}},
                        {"queued": True},
                        16,
                        (request("POST /messages", 187, 202, None, "mail.halden.internal"),),
                    ),
                )
            ),
            ModelCall(text="Va en camino: R-2026-48190, a la dirección del pedido."),
        ),
        agent=SUPPORT,
        tags=("support",),
        locale="es-ES",
    ),
)

VOICE = Session(
    name="voice/+47-555-01-907",
    user="+47 555 01 907",
    agent=replace(SUPPORT, name="voice-agent", model="claude-haiku-4-5"),
    ended_s=3200,
    tags=("voice",),
    metadata={"env": "production", "release": RELEASE, "channel": "phone"},
    traces=(
        turn(
            "I would like to cancel order four eight two three seven",
            ModelCall(calls=(order("48237", status="placed", total=3490),)),
            ModelCall(
                text="Order 48237 for 34 euros 90 has not been packed yet. Shall I cancel it?"
            ),
        ),
        turn(
            "Yes",
            Work(
                name="cancel_order",
                kind="TOOL",
                took_ms=8,
                input={"order_id": "48237"},
                output={"status": "cancelled"},
                inside=(request("POST /orders/48237/cancel", 231, host="orders.halden.internal"),),
            ),
            ModelCall(text="It is cancelled. Your card was not charged."),
            pause_s=4,
        ),
        turn("Thank you, bye", ModelCall(text="You are welcome. Goodbye."), pause_s=3),
    ),
)

SESSIONS = (*CHATS, VOICE)
