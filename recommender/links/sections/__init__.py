"""The related links in sections of a text, such as "See also", rewritten as text: their own lines and no others."""

from recommender.links.sections.edit import edit_section
from recommender.links.sections.opened import OpenedText, SectionStyle, open_text, style_of_sections
from recommender.links.sections.written import TARGET, TITLE

__all__ = [
    "TARGET",
    "TITLE",
    "OpenedText",
    "SectionStyle",
    "edit_section",
    "open_text",
    "style_of_sections",
]
