"""A workshop calendar that does not answer: the tool fails, is tried again, and nothing gets booked."""

from __future__ import annotations

from threadline_server.demo.shop import RELEASE, WORKSHOP
from threadline_server.demo.story import (
    Failure,
    ModelCall,
    Session,
    ToolCall,
    Turn,
    Work,
    request,
    retried,
    screened,
    tool,
)

HOST = "calendar.halden.internal"

CLIENT = ('"/srv/workshop/tools/calendar.py", line 84, in reserve_slot', "reply = self._post(body)")
POST = (
    '"/srv/workshop/tools/calendar.py", line 47, in _post',
    "return self._http.post(RESERVATIONS, json=body, timeout=self.timeout_s)",
)
SEND = (
    '"/srv/workshop/lib/http.py", line 132, in post',
    "raise ReadTimeout(url, timeout) from error",
)

TIMEOUT = Failure(
    "ReadTimeout",
    "POST http://calendar.halden.internal/v1/reservations did not answer within 8.0 s",
    (CLIENT, POST, SEND),
)
GATEWAY = Failure("HTTPStatusError", "504 Gateway Timeout", ())
UNAVAILABLE = Failure(
    "ServiceUnavailable",
    "503 from calendar.halden.internal: no healthy upstream (pool 'reservations', 0 of 3)",
    (
        CLIENT,
        POST,
        ('"/srv/workshop/lib/http.py", line 118, in post', "raise ServiceUnavailable(reply)"),
    ),
)
OPEN = Failure(
    "CircuitOpen",
    "reserve_slot is not called: 4 of its last 4 calls failed, the next try is in 41 s",
    (
        ('"/srv/workshop/tools/calendar.py", line 79, in reserve_slot', "self.breaker.check()"),
        (
            '"/srv/workshop/lib/breaker.py", line 56, in check',
            "raise CircuitOpen(self.name, self.wait_s)",
        ),
    ),
)


def attempt(arguments: dict[str, object], took_ms: int, failure: Failure, status: int) -> Work:
    """One try of the tool, with the request that failed below it."""
    refused = GATEWAY if status == 504 else Failure("HTTPStatusError", "503 Service Unavailable")
    asked = request("POST /v1/reservations", took_ms, status, refused, HOST)
    return Work(
        name="reserve_slot",
        kind="TOOL",
        took_ms=2,
        input=arguments,
        failure=failure,
        inside=(asked,),
    )


MORNING: dict[str, object] = {
    "workshop": "bergen",
    "starts_at": "{{+2 iso}}T09:30:00+01:00",
    "service": "brakes",
    "customer_id": "cus_20871",
    "hold_minutes": 45,
}
SHORTER: dict[str, object] = {
    **MORNING,
    "starts_at": "{{+2 iso}}T11:00:00+01:00",
    "hold_minutes": 15,
}

SLOTS = {
    "workshop": "bergen",
    "day": "{{+2 iso}}",
    "free": ["09:30", "11:00", "14:15", "15:45"],
    "mechanics": {"09:30": "Ingrid", "11:00": "Ingrid", "14:15": "Pål", "15:45": "Pål"},
}

AGAIN = ToolCall(
    name="reserve_slot",
    arguments=MORNING,
    result={"error": OPEN.kind, "message": OPEN.message},
    work=Work(name="reserve_slot", kind="TOOL", took_ms=1, input=MORNING, failure=OPEN),
)
OTHER = ToolCall(
    name="reserve_slot",
    arguments=SHORTER,
    result={"error": UNAVAILABLE.kind, "message": UNAVAILABLE.message},
    work=attempt(SHORTER, 212, UNAVAILABLE, 503),
)

TURNS = (
    Turn(
        user="Hei! The front brake of my Fjell squeals. Is there anything free on {{+2 weekday}} morning in Bergen?",
        steps=(
            screened(71),
            ModelCall(
                calls=(
                    tool(
                        "find_slots",
                        {"workshop": "bergen", "day": "{{+2 iso}}", "service": "brakes"},
                        SLOTS,
                        24,
                        (request("GET /v1/slots", 340, host=HOST),),
                    ),
                )
            ),
            ModelCall(
                text="Yes, on **{{+2 long}}** Ingrid has 09:30 and 11:00 free in Bergen. A brake service "
                "takes 45 minutes. Which one shall I book?"
            ),
        ),
    ),
    Turn(
        pause_s=48,
        user="09:30 please",
        steps=(
            screened(66),
            ModelCall(
                calls=(
                    retried(
                        "reserve_slot",
                        MORNING,
                        (
                            attempt(MORNING, 8003, TIMEOUT, 504),
                            attempt(MORNING, 8002, TIMEOUT, 504),
                            attempt(MORNING, 8004, TIMEOUT, 504),
                        ),
                        (500, 2000),
                    ),
                )
            ),
            ModelCall(
                reasoning="Three timeouts. find_slots still works, so the calendar is up and the reservation is "
                "what hangs. Try once with other arguments: the 11:00 slot and a shorter hold.",
                calls=(OTHER,),
            ),
            ModelCall(
                reasoning="Now the calendar refuses at once. I must not say that anything is booked.",
                text="I am sorry, I could not book it: our workshop calendar did not answer, neither for 09:30 "
                "nor for 11:00, and I tried four times. **Nothing is booked.** Shall I try once more, or shall "
                "the workshop in Bergen call you today?",
            ),
        ),
        tags=("needs-attention",),
    ),
    Turn(
        pause_s=31,
        user="Hm. Try once more?",
        steps=(
            screened(69),
            ModelCall(calls=(AGAIN,)),
            ModelCall(
                text="It is still not answering, so I stop here rather than keep you waiting. If you leave me a "
                "number, the workshop calls you back before it closes at 18:00 and books 09:30 by hand."
            ),
        ),
    ),
    Turn(
        pause_s=74,
        user="ok, +47 555 01 442. But I would have preferred a booking",
        steps=(
            screened(83),
            ModelCall(
                calls=(
                    tool(
                        "request_callback",
                        {
                            "workshop": "bergen",
                            "phone": "+47 555 01 442",
                            "note": "Brake service {{+2 short}} 09:30; the calendar failed, please book by hand.",
                        },
                        {"ticket": "WB-3382", "due": "{{+0 iso}}T17:00:00Z"},
                        29,
                        (
                            request(
                                "POST /v1/callbacks", 187, status=201, host="crm.halden.internal"
                            ),
                        ),
                    ),
                )
            ),
            ModelCall(
                text="Understood, and I am sorry for the detour. Ticket **WB-3382**: Bergen calls you today "
                "before 18:00 with 09:30 on {{+2 weekday}} noted down."
            ),
        ),
        thumb=False,
        comment="The bot could not book anything.",
    ),
)

SESSION = Session(
    name="workshop/mikkel-dahl/brakes",
    user="mikkel.dahl@mail.example",
    agent=WORKSHOP,
    traces=TURNS,
    ended_s=420,
    tags=("workshop", "booking"),
    resolution=0.2,
    metadata={"env": "production", "release": RELEASE, "channel": "app", "locale": "nb-NO"},
)
