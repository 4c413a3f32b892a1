"""A model of a site's own: trained on pairs of its texts, measured on parts that it did not learn from."""

from recommender.trainer.preparation import Prepared, check_possible, prepare
from recommender.trainer.run import Trained, train
from recommender.trainer.settings import PAIR_KINDS, TrainSettings

__all__ = ["PAIR_KINDS", "Prepared", "TrainSettings", "Trained", "check_possible", "prepare", "train"]
