"""The query parameters that every list shares, as FastAPI reads and documents them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from threadline_server.query.parameters import DEFAULT_LIMIT, MAX_LIMIT, ListParameters

Project = Annotated[str, Query(description="The project; `default` unless told otherwise.")]
SessionId = Annotated[str, Query(description="Any text; escape it as a query parameter.")]

Start = Annotated[
    str | None,
    Query(alias="from", description="ISO-8601, inclusive: what ends before is left out."),
]
End = Annotated[
    str | None,
    Query(alias="to", description="ISO-8601, exclusive: what starts at or after is left out."),
]
Text = Annotated[
    str,
    Query(
        description='Words that must all occur, "phrases", prefixes*, -words that must not; '
        "`session:`, `user:`, `model:`, `tool:` and `error:` before one look there."
    ),
]


def list_parameters(  # noqa: PLR0917  # FastAPI passes them by name
    project: Project = "default",
    limit: Annotated[
        int | None, Query(description=f"Rows of one page: 1 to {MAX_LIMIT}, else {DEFAULT_LIMIT}.")
    ] = None,
    cursor: Annotated[
        str | None, Query(description="`next_cursor` of the page before, with the same sort.")
    ] = None,
    sort: Annotated[
        str | None, Query(description="A field that is no array; a leading - descends.")
    ] = None,
    start: Start = None,
    end: End = None,
    q: Text = "",
    filters: Annotated[
        list[str] | None,
        Query(alias="filter", description="field:op:value, repeated; all must hold."),
    ] = None,
) -> ListParameters:
    """What a request for a list says."""
    return ListParameters(
        project=project,
        limit=limit,
        cursor=cursor,
        sort=sort,
        start=start,
        end=end,
        text=q or None,
        filters=tuple(filters or ()),
    )


Asked = Annotated[ListParameters, Depends(list_parameters)]
