"""Which server a command speaks to, as flags and variables say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

LOCAL = "http://localhost:8000"


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Target:
    """A running server, or the data folder of one that does not run.

    Parameters
    ----------
    url
        The server.
    key
        A project's key; a server in open mode needs none.
    data_dir
        The data folder of a server that does not run, in place of one that does.
    """

    url: Annotated[str, Parameter(env_var="THREADLINE_URL")] = LOCAL
    key: Annotated[str | None, Parameter(env_var="THREADLINE_KEY")] = None
    data_dir: Path | None = None


HERE = Target()
"""The server that `threadline serve` starts when it is told nothing."""
