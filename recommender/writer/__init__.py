"""Related links into front matter: their own lines changed and no others, read back, journalled, taken back."""

from recommender.writer.edit import Edit, edit_links, open_front_matter
from recommender.writer.items import WHOLE, EditError, Item, Kept, Splice, Written
from recommender.writer.style import Style

__all__ = [
    "WHOLE",
    "Edit",
    "EditError",
    "Item",
    "Kept",
    "Splice",
    "Style",
    "Written",
    "edit_links",
    "open_front_matter",
]
