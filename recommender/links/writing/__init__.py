"""A site's files changed: what goes where, each file whole or not at all, journalled, taken back."""

from recommender.links.front_matter import (
    WHOLE,
    EditError,
    Item,
    Kept,
    Splice,
    Style,
    Value,
    Written,
    edit_links,
    open_front_matter,
)
from recommender.links.writing.edits import RunReport, run_edits
from recommender.links.writing.link_maker import LinkMaker, LinksPlan, OwnedList, site_style
from recommender.links.writing.naming import Namer, own_field
from recommender.links.writing.plan import FillRules, plan
from recommender.links.writing.undo import Undone, undo

__all__ = [
    "WHOLE",
    "EditError",
    "FillRules",
    "Item",
    "Kept",
    "LinkMaker",
    "LinksPlan",
    "Namer",
    "OwnedList",
    "RunReport",
    "Splice",
    "Style",
    "Undone",
    "Value",
    "Written",
    "edit_links",
    "open_front_matter",
    "own_field",
    "plan",
    "run_edits",
    "site_style",
    "undo",
]
