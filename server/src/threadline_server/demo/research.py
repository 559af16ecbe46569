"""A research run: pages are searched, read by sub-agents at the same time, and compared."""

from __future__ import annotations

from threadline_server.demo.story import (
    Agent,
    ModelCall,
    Session,
    SubAgent,
    Tool,
    ToolCall,
    Turn,
    request,
    tool,
)

READER = Agent(
    name="page-reader",
    model="gpt-5-mini",
    system="You read one page and answer one question from it, with a quotation. Say so if the page does not answer.",
)
RESEARCHER = Agent(
    name="researcher",
    model="gpt-5",
    system="""\
You research questions for the purchasing team of Halden Cycles. Search, send readers to the best pages, compare
what they found, and answer with sources. Numbers come from a page or not at all. Say what you could not find.
""",
    tools=(
        Tool(name="web_search", description="Pages for a query.", parameters={"query": "string"}),
        Tool(
            name="read_page",
            description="Sends a reader to one page with one question.",
            parameters={"url": "string", "question": "string"},
        ),
    ),
)


def read_page(url: str, question: str, found: str) -> ToolCall:
    """A reader that fetches a page and answers from it."""
    host, _, path = url.removeprefix("https://").partition("/")
    reader = SubAgent(
        agent=READER,
        task=f"{question}\n\nPage: {url}",
        steps=(request(f"GET /{path}", 611, host=host), ModelCall(text=found)),
    )
    return ToolCall(
        name="read_page", arguments={"url": url, "question": question}, result=found, work=reader
    )


SESSION = Session(
    name="research/battery-rules",
    user="mira.solberg",
    agent=RESEARCHER,
    ended_s=4100,
    tags=("research",),
    metadata={"env": "internal", "team": "purchasing"},
    traces=(
        Turn(
            name="research",
            user="What must be on the label of an e-bike battery that we import into the EU in 2027?",
            steps=(
                ModelCall(
                    reasoning="The EU regulation on batteries sets labels in steps. I need the article, its dates and "
                    "whether e-bike batteries count as light means of transport.",
                    calls=(
                        tool(
                            "web_search",
                            {"query": "EU batteries regulation labelling LMT batteries 2027"},
                            [
                                {
                                    "url": "https://law.example/eu/2023-1542",
                                    "title": "Regulation on batteries",
                                },
                                {
                                    "url": "https://trade.example/lmt-labels",
                                    "title": "Labels for LMT batteries",
                                },
                                {
                                    "url": "https://blog.example/battery-passport",
                                    "title": "The battery passport",
                                },
                            ],
                            734,
                        ),
                    ),
                ),
                ModelCall(
                    calls=(
                        read_page(
                            "https://law.example/eu/2023-1542",
                            "Which labelling duties apply to LMT batteries, from when?",
                            'Article 13: a label with general information, a QR code from 18 February 2027. "…LMT '
                            'batteries shall bear a QR code as described in Part C of Annex VI."',
                        ),
                        read_page(
                            "https://trade.example/lmt-labels",
                            "What does the label have to show?",
                            "Maker, type and serial number, place and date of manufacture, weight, capacity, chemistry, "
                            "hazardous substances, extinguishing agent, and the crossed-out bin.",
                        ),
                        read_page(
                            "https://blog.example/battery-passport",
                            "Do e-bike batteries need a battery passport?",
                            'Yes: "each LMT battery placed on the market from 18 February 2027 shall have an electronic '
                            'record", reached through the QR code.',
                        ),
                    ),
                    parallel=True,
                ),
                ModelCall(
                    reasoning="The three agree on the date. The passport hangs on the QR code, so both belong in the answer.",
                    text="For e-bike batteries (LMT) brought into the EU from **18 February 2027**:\n\n"
                    "1. A **QR code** that leads to the battery passport\n"
                    "2. The **label**: maker, type, serial number, place and date of manufacture, weight, capacity, "
                    "chemistry, hazardous substances, extinguishing agent, crossed-out bin\n\n"
                    "Our supplier's current label lacks the serial number and the QR code. I did not find whether "
                    "stock that was imported before the date may still be sold.",
                ),
            ),
        ),
    ),
)
