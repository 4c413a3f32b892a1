"""From vectors to ranked candidates: exact search, and its update after a change."""

from recommender.neighbours.candidates import Candidates
from recommender.neighbours.exact import nearest
from recommender.neighbours.fused import fused_vectors
from recommender.neighbours.update import Change, update

__all__ = ["Candidates", "Change", "fused_vectors", "nearest", "update"]
