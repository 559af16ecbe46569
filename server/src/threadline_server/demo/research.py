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
    tools=(
        Tool(
            name="fetch_page",
            description="The text of a page, without its navigation.",
            parameters={"url": "string"},
        ),
    ),
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


LAW = """\
Regulation on batteries and waste batteries, consolidated text (excerpt)

Article 3, definitions. (11) 'light means of transport battery' or 'LMT battery' means a battery that is sealed, weighs
25 kg or less and provides electric power for the traction of wheeled vehicles that can be powered by the electric motor
alone or by a combination of motor and human power, including type-approved vehicles of category L.

Article 13, labelling and marking. (1) From 18 August 2026 or 18 months after the entry into force of the implementing act
under paragraph 10, whichever is the latest, batteries shall bear a label containing the general information set out in
Part A of Annex VI. (6) From 18 February 2027, all batteries shall be marked with a QR code as described in Part C of
Annex VI. The QR code shall give access to: (a) for LMT batteries, industrial batteries with a capacity greater than 2 kWh
and electric vehicle batteries, the battery passport in accordance with Article 77; (b) for other batteries, the
applicable information referred to in this Article. (7) Labels and the QR code shall be printed or engraved visibly,
legibly and indelibly on the battery. Where this is not possible due to the nature and size of the battery, they shall be
affixed to the packaging and to the documents accompanying the battery.

Article 77, battery passport. (1) From 18 February 2027 each LMT battery, each industrial battery with a capacity greater
than 2 kWh and each electric vehicle battery placed on the market or put into service shall have an electronic record.
"""
TRADE = """\
Labels for LMT batteries: what changes for importers

Since e-bike batteries became a class of their own, importers ask what has to be on them. Part A of Annex VI lists it:
information that identifies the manufacturer; the battery category and what identifies the battery (model, batch or serial
number); the place of manufacture; the date, as month and year; the weight; the capacity; the chemistry; the hazardous
substances present other than mercury, cadmium or lead; the usable extinguishing agent; and critical raw materials above
0.1 % by weight. The separate-collection symbol (the crossed-out bin) is required already, with Cd or Pb below it where
their share is above the threshold.

Importers check before they place a battery on the market that the label is there, that the documents are in a language
of the country, and that their own name and address are on the battery or, where that cannot be, on its packaging. Most
labels that we saw this year lacked the extinguishing agent, and about a third the serial number.
"""
BLOG = """\
The battery passport is closer than you think

On 18 February 2027 the passport becomes a duty for three classes: electric vehicle batteries, industrial ones above 2 kWh,
and LMT batteries, which is every e-bike and scooter. The passport is an electronic record of the individual battery, not
of its model, and is reached through the QR code on it. Whoever places the battery on the market is responsible for the
record being complete and correct; an importer may have the manufacturer keep it. Parts of it are public (chemistry,
capacity, expected lifetime), parts are for those with a legitimate interest (how to take it apart), and parts for
authorities only.

What about bikes that are in the shop on that day? We asked two associations and got two answers, so we leave it open.
"""


def read_page(url: str, page: str, question: str, found: str) -> ToolCall:
    """A reader that fetches a page and answers from it."""
    host, _, path = url.removeprefix("https://").partition("/")
    fetched = tool("fetch_page", {"url": url}, page, 24, (request(f"GET /{path}", 611, host=host),))
    reader = SubAgent(
        agent=READER,
        task=f"{question}\n\nPage: {url}",
        steps=(ModelCall(calls=(fetched,)), ModelCall(text=found)),
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
                            LAW,
                            "Which labelling duties apply to LMT batteries, from when?",
                            "Article 13: a label with general information from 18 August 2026, and a QR code: "
                            '"From 18 February 2027, all batteries shall be marked with a QR code as described in '
                            'Part C of Annex VI." For LMT batteries it leads to the passport.',
                        ),
                        read_page(
                            "https://trade.example/lmt-labels",
                            TRADE,
                            "What does the label have to show?",
                            "Maker, type and serial number, place and date of manufacture, weight, capacity, chemistry, "
                            "hazardous substances, extinguishing agent, and the crossed-out bin.",
                        ),
                        read_page(
                            "https://blog.example/battery-passport",
                            BLOG,
                            "Do e-bike batteries need a battery passport?",
                            'Yes, from 18 February 2027: "an electronic record of the individual battery, not of its '
                            'model", reached through the QR code. About stock in the shop it leaves the answer open.',
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
