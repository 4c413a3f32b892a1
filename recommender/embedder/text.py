"""What is done to a text before it is encoded."""

from __future__ import annotations

PREPARATION = "text 0"


def plain_text(raw: str, *, markup: bool = False) -> str:
    """Text of one view, ready to be encoded."""
    return raw.replace("\\n", "\n")
