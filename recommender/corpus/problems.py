"""How the parts of the corpus room report one bad file to the reader."""

from __future__ import annotations

from recommender.errors import Problem


class FileProblemError(Exception):
    """One file cannot be read as an article."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
