"""From ranked candidates to the lists that a site shows."""

from recommender.selection.choose import Chosen, choose
from recommender.selection.duplicates import Duplicates, near_duplicates
from recommender.selection.eligibility import Eligibility, admit
from recommender.selection.floor import Floor, calibrated_floor, parse_precision
from recommender.selection.lists import Choice
from recommender.selection.rules import ChoiceRules, ListInputs

__all__ = [
    "Choice",
    "ChoiceRules",
    "Chosen",
    "Duplicates",
    "Eligibility",
    "Floor",
    "ListInputs",
    "admit",
    "calibrated_floor",
    "choose",
    "near_duplicates",
    "parse_precision",
]
