"""Turn a command line into one of Threadline's commands and its exit status."""

from __future__ import annotations

import sys
from typing import Annotated

import cyclopts
from cyclopts import Parameter
from pydantic import ValidationError

from threadline_server import __version__
from threadline_server.cli import prices
from threadline_server.cli.target import HERE, Target
from threadline_server.errors import ThreadlineError
from threadline_server.settings import Settings, flag, variable

WRONG_USE = 2
REFUSALS = frozenset({"beyond_loopback", "wrong_setting"})
"""What the server could do and will not, told from what it cannot by its exit status."""

app = cyclopts.App(
    name="threadline",
    version=__version__,
    version_flags=["--version"],
    help="Shows what AI agents did, session by session.",
)


@app.command
def serve(*, settings: Annotated[Settings | None, Parameter(name="*")] = None) -> int:
    """Start the server: the page, REST and OTLP/HTTP on one port, OTLP/gRPC on another.

    Each flag has a variable that it beats: --grpc-port is THREADLINE_GRPC_PORT.
    """
    from threadline_server.cli.serving import run

    return run(settings or Settings())


@app.command
def demo(*, url: str = "http://localhost:8000", key: str | None = None, seed: int = 1) -> int:
    """Send sessions that read true to a running server, and say where to look at them.

    They happened in the last two hours. Running it again sends new ones with the same contents.

    Parameters
    ----------
    url
        The server.
    key
        A project's key; a server in open mode needs none.
    seed
        Another number gives other durations and ids.
    """
    from threadline_server.cli.demo import run

    return run(url, key, seed)


app.command(prices.app)


@app.command
def reprice(*, target: Target = HERE) -> int:
    """Apply today's prices to stored spans, those excepted that report a cost themselves.

    The server goes on meanwhile; what it is asked for comes in short stretches.
    """
    from threadline_server.cli.maintenance import run

    return run("reprice", target)


@app.command
def renormalize(*, target: Target = HERE) -> int:
    """Apply today's rules and prices to stored spans, as if they were sent again.

    Nothing that was sent is lost by it. The server goes on meanwhile; what it is asked for comes
    in short stretches.
    """
    from threadline_server.cli.maintenance import run

    return run("renormalize", target)


def say(error: ThreadlineError) -> None:
    """Write an error and what to do about it on standard error."""
    print(f"threadline: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"threadline: {error.hint}", file=sys.stderr)


def _wrong_setting(error: ValidationError) -> ThreadlineError:
    first = error.errors()[0]
    field = str(first["loc"][0]) if first["loc"] else "settings"
    return ThreadlineError(
        "wrong_setting",
        f"{flag(field)} (or {variable(field)}) cannot be {first['input']!r}: {first['msg']}",
        hint="threadline serve --help lists every setting",
    )


def _wrong_use(error: cyclopts.CycloptsError) -> ThreadlineError:
    if isinstance(error.__cause__, ValidationError):
        return _wrong_setting(error.__cause__)
    return ThreadlineError("wrong_use", str(error), hint="threadline --help lists what there is")


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its status: 0 done, 1 failed, 2 refused or wrongly used."""
    try:
        status = app(
            arguments, exit_on_error=False, print_error=False, result_action="return_value"
        )
    except ValidationError as error:
        say(_wrong_setting(error))
        sys.exit(WRONG_USE)
    except cyclopts.CycloptsError as error:
        say(_wrong_use(error))
        sys.exit(WRONG_USE)
    except ThreadlineError as error:
        say(error)
        sys.exit(WRONG_USE if error.code in REFUSALS else 1)
    sys.exit(status if isinstance(status, int) else 0)
