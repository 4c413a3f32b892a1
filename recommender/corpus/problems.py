"""How the parts of the corpus room report one bad file to the reader."""

from __future__ import annotations

from recommender.errors import Problem

# The rule of a value that is not what its field expects: it is as good as absent, and the article stays.
ODD_VALUE = "odd-value"


class FileProblemError(Exception):
    """One file cannot be read as an article."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
