"""A nightly batch on a model without a price; one article is too long for it."""

from __future__ import annotations

from threadline_server.demo.shop import RELEASE
from threadline_server.demo.story import Agent, Failure, Job, ModelCall, Session, SubAgent, Work

WRITER = Agent(
    name="description-writer",
    model="qwen3-30b-a3b",
    system="You write descriptions of bicycle parts from their data sheets: 40 to 60 words, no superlatives.",
)

ARTICLES: tuple[tuple[str, str, str], ...] = (
    (
        "PD-M520",
        "Pedals M520",
        "Clipless pedals with adjustable release, sealed bearings and a steel axle.",
    ),
    (
        "CH-11-118",
        "Chain 11 speed",
        "A chain with 118 links for eleven sprockets, with a tool-free link.",
    ),
    (
        "LK-U-200",
        "U-lock 200",
        "A U-lock of hardened steel, 14 mm, with two keys and a frame bracket.",
    ),
    (
        "BG-ROLL-20",
        "Roll-top bag 20 l",
        "A waterproof bag for the carrier, 20 litres, with a roll top.",
    ),
    (
        "LT-REAR-3",
        "Rear light",
        "A rear light that brightens while braking; the battery lasts 14 hours.",
    ),
    (
        "MG-45-SET",
        "Mudguards 45 mm",
        "A pair of mudguards for tyres up to 40 mm, with stainless stays.",
    ),
    ("SD-TOUR-M", "Touring saddle", "A saddle for upright riding, 165 mm wide, with a cut-out."),
    ("PM-MINI-2", "Mini pump", "A pump for both valves that reaches 6 bar and weighs 110 g."),
)

FULL = Failure(
    "ContextLengthExceeded",
    "the data sheet of LK-U-200 has 41,208 tokens, and the model takes 32,768",
    (
        (
            '"/srv/catalog/write.py", line 58, in describe',
            "reply = llm.chat(prompt, max_tokens=200)",
        ),
        (
            '"/srv/catalog/llm.py", line 91, in chat',
            "raise ContextLengthExceeded(name, count, limit)",
        ),
    ),
)


def _described(number: int, sku: str, name: str, text: str) -> Job:
    failed = FULL if sku == "LK-U-200" else None
    writer = SubAgent(
        agent=WRITER,
        task=f"{name} ({sku}). Data sheet: weight, material, compatibility, package contents.",
        steps=() if failed else (ModelCall(text=text),),
        input={"sku": sku},
    )
    work = Work(
        name="describe_article",
        kind="CHAIN",
        took_ms=11,
        input={"sku": sku, "name": name},
        output=None if failed else {"sku": sku, "description": text},
        failure=failed,
        inside=(
            Work(
                name="SELECT data_sheets",
                took_ms=9,
                attributes={"db.system.name": "postgresql", "db.operation.name": "SELECT"},
            ),
            *(() if failed else (writer,)),
        ),
    )
    return Job(work=work, pause_s=0.2 if number else 0)


SESSION = Session(
    name="nightly/descriptions/{{+0 iso}}",
    user="catalog-cron",
    traces=tuple(_described(number, *article) for number, article in enumerate(ARTICLES)),
    ended_s=6900,
    tags=("batch",),
    metadata={"env": "production", "release": RELEASE, "shard": 3},
)
