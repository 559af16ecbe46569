"""State the version of the SDK, which spans carry in their scope."""

VERSION = "0.1.0"
