"""A model of a site's own: trained on pairs of its texts, measured on parts that it did not learn from."""

from recommender.trainer.preparation import Prepared, check_possible, prepare
from recommender.trainer.settings import PAIR_KINDS, TrainSettings
from recommender.trainer.training import Trained, train

__all__ = ["PAIR_KINDS", "Prepared", "TrainSettings", "Trained", "check_possible", "prepare", "train"]
