"""Says how the instrumentors of OpenInference are named, and how they are told to hide contents."""

from collections.abc import Callable, Mapping
from dataclasses import fields

from threadline.instruments.instrumentation import Instrumentation
from threadline.instruments.names import Instruments


def openinference(
    instrument: Instruments,
    extra: str,
    name: str,
    since: str,
    *,
    modules: tuple[str, ...] | None = None,
    distribution: str | None = None,
    part: str | None = None,
    family: tuple[str, ...] = (),
    options: Mapping[str, object] | None = None,
    client: bool = False,
    records_calls: bool = True,
    afterwards: Callable[[], None] | None = None,
    advised: bool = True,
) -> Instrumentation:
    """Give the row of a package that OpenInference instruments.

    `name` is the instrumentor's class, `since` the oldest release of it that was tried, `part` the
    last part of its module and distribution. What is not given is named as the extra is.
    """
    own = extra.replace("-", "_")
    part = part or own
    return Instrumentation(
        instrument=instrument,
        extra=extra,
        modules=modules or (own,),
        distribution=distribution or extra,
        instrumentor=f"openinference.instrumentation.{part}:{name}",
        requirement=f"openinference-instrumentation-{part.replace('_', '-')}>={since}",
        family=family,
        options=options or {},
        hidden_contents=hidden_contents,
        client=client,
        records_calls=records_calls,
        afterwards=afterwards,
        advised=advised,
    )


def hidden_contents() -> Mapping[str, object]:
    """Give the options that keep inputs, outputs, vectors and documents out of spans.

    https://arize-ai.github.io/openinference/spec/configuration.html
    """
    from openinference.instrumentation import (  # type: ignore[import-not-found]  # optional
        TraceConfig,
    )

    # Whatever this release can hide; a later one may know more.
    hidden = {each.name: True for each in fields(TraceConfig) if each.name.startswith("hide_")}
    return {"config": TraceConfig(**hidden)}
