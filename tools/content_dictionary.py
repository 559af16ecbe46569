"""Make the dictionary by which documents of spans are compressed from what real clients sent.

    .venv/bin/python tools/content_dictionary.py 2      # writes dictionary 2, which must be new

What is stored by a dictionary can only be read by the very same bytes: a dictionary that was ever
released stays as it is, and a better one gets the next number. It is made of captures and of nothing
that users send, so that no text of theirs outlives its deletion in it.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import zstandard

from threadline_server.decode import otlp_json, otlp_protobuf
from threadline_server.model.attributes import to_json
from threadline_server.store.content.payload import document_of

ROOT = Path(__file__).resolve().parents[1]
CAPTURES = ROOT / "conformance" / "otlp"
DICTIONARIES = ROOT / "server" / "src" / "threadline_server" / "store" / "sqlite" / "dictionaries"
SIZE = 16 << 10
SEGMENT, STEP = 500, 8
"""Lengths by which the trainer looks for what documents share; these compress best what they are not
made of."""


def documents() -> Iterator[bytes]:
    """The document of every captured span."""
    for path in sorted(CAPTURES.glob("*/*.bin")):
        if '"signal": "traces"' not in path.with_suffix(".meta.json").read_text():
            continue
        body = path.read_bytes()
        decode = otlp_json.decode_traces if body[:1] == b"{" else otlp_protobuf.decode_traces
        for span in decode(body).spans:
            document, _ = document_of(span, {"kind": span.kind, "code": span.status_code})
            yield to_json(document)


def main() -> None:
    """Write one dictionary, and refuse to write over another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    path = DICTIONARIES / f"{parser.parse_args().number}.zstd"
    if path.exists():
        sys.exit(f"{path} is there, and what was stored by it can be read by nothing else")
    trained = zstandard.train_dictionary(SIZE, list(documents()), k=SEGMENT, d=STEP)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(trained.as_bytes())


if __name__ == "__main__":
    main()
