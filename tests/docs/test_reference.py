"""The reference pages and the settings tables say what the SDKs' sources say."""

import subprocess
import sys

import pytest
from started_server import ROOT

from api_reference_python import documented
from api_reference_typescript import typescript_settings


@pytest.mark.parametrize("tool", ["api_reference.py", "dialect_table.py"])
def test_the_page_is_what_the_sources_say(tool):
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / tool), "--check"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_docstring_becomes_paragraphs_lists_and_code():
    docstring = """Does a thing,
in one sentence.

Args:
    first: what it is,
        on two lines.
    *rest: the others.

Returns:
    A number.

Raises:
    ValueError: it is not.

Example:
    ```python
    thing(1)
    ```"""
    assert documented(docstring) == (
        "Does a thing, in one sentence.\n\n"
        "- `first`: what it is, on two lines.\n- `*rest`: the others.\n\n"
        "Gives: A number.\n\n"
        "Raises:\n\n- `ValueError`: it is not.\n\n"
        "```python\nthing(1)\n```\n"
    )


def test_a_setting_is_split_into_meaning_variable_and_default():
    text = "Share that is kept. Environment: LMNR_SAMPLE_RATE. Default: 1, which is all."
    member = {"name": "sampleRate", "signature": "", "comment": {"text": text, "tags": []}}
    modules = {"src/settings.ts": [{"name": "SettingsArguments", "members": [member]}]}
    row = "| `sampleRate` | `LMNR_SAMPLE_RATE` | 1, which is all | Share that is kept. |"
    assert row in typescript_settings(modules)
