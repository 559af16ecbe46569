"""Turn flags and THREADLINE_* variables into one frozen table of settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "THREADLINE_"
AUTO: Literal["auto"] = "auto"


def _data_home() -> Path:
    return Path(platformdirs.user_data_dir("threadline", appauthor=False))


class Settings(BaseSettings):
    """Every setting of `threadline serve`, one row each.

    The flag is the field's name with dashes, the variable the same with `THREADLINE_` before it.
    A flag beats its variable, and a variable beats the default.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    host: str = Field(
        default="",
        description="Address to listen on. Empty: 127.0.0.1, and ::1 where the machine has it.",
    )
    port: int = Field(
        default=8000,
        ge=0,
        le=65535,
        description="Port of the page, REST and OTLP/HTTP. 0 picks a free one and prints it.",
    )
    grpc_port: Annotated[int, Field(ge=0, le=65535)] | Literal["auto"] = Field(
        default=8001,
        description="Port of OTLP/gRPC. 0 turns it off, `auto` picks a free one and prints it.",
    )
    data_dir: Path = Field(
        default_factory=_data_home,
        description="Folder of everything that is kept; one server at a time.",
    )
    prices: Path | None = Field(
        default=None,
        description="File of your own prices of models. Empty: `prices.json` in the data folder.",
    )
    allowed_host: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="A further name by which browsers may call this server; may be repeated, "
        "and separated by commas.",
    )
    trust_proxy: bool = Field(
        default=False,
        description="Accept requests that came through a reverse proxy on this machine. "
        "Whoever reaches the proxy then reaches every span.",
    )

    sql_timeout: float = Field(
        default=10,
        gt=0,
        le=600,
        description="Seconds that one SQL query may take.",
    )

    @field_validator("allowed_host", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        parts = (value,) if isinstance(value, str) else value
        if not isinstance(parts, tuple | list):
            return value
        return tuple(
            name.strip() for part in parts for name in str(part).split(",") if name.strip()
        )

    @field_validator("data_dir", "prices")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()


def flag(field: str) -> str:
    """The flag of a setting: `--grpc-port` for `grpc_port`."""
    return "--" + field.replace("_", "-")


def variable(field: str) -> str:
    """The variable of a setting: `THREADLINE_GRPC_PORT` for `grpc_port`."""
    return PREFIX + field.upper()
