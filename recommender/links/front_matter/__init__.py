"""The related links of one front matter, rewritten as text: their own lines and no others."""

from recommender.links.front_matter.edit import Edit, edit_links, edit_opened, style_of
from recommender.links.front_matter.items import WHOLE, EditError, Item, Kept, Splice, Value, Written, spliced
from recommender.links.front_matter.opened import OpenedFrontMatter, open_front_matter
from recommender.links.front_matter.style import Style, common_style

__all__ = [
    "WHOLE",
    "Edit",
    "EditError",
    "Item",
    "Kept",
    "OpenedFrontMatter",
    "Splice",
    "Style",
    "Value",
    "Written",
    "common_style",
    "edit_links",
    "edit_opened",
    "open_front_matter",
    "spliced",
    "style_of",
]
