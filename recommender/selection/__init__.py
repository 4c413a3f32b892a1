"""From ranked candidates to the lists that a site shows."""

from recommender.selection.choose import Choice, ChoiceRules, choose

__all__ = ["Choice", "ChoiceRules", "choose"]
