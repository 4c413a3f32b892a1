"""A site's files changed: what goes where, each file whole or not at all, journalled, taken back."""

from recommender.links.writing.edits import RunReport, run_edits
from recommender.links.writing.link_maker import LinkMaker, LinksPlan, OwnedList, site_style
from recommender.links.writing.naming import Namer, own_field
from recommender.links.writing.plan import FillRules, plan
from recommender.links.writing.undo import Undone, undo

__all__ = [
    "FillRules",
    "LinkMaker",
    "LinksPlan",
    "Namer",
    "OwnedList",
    "RunReport",
    "Undone",
    "own_field",
    "plan",
    "run_edits",
    "site_style",
    "undo",
]
