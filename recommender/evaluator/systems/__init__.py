"""What is put side by side: the baselines here, and the lists that come from elsewhere."""

from recommender.evaluator.systems.baselines import nearest_date, nearest_id, random, same_group
from recommender.evaluator.systems.files import FileCounts, FileRun, Proposal, collect
from recommender.evaluator.systems.lexical import bm25, tfidf
from recommender.evaluator.systems.task import Task

__all__ = [
    "FileCounts",
    "FileRun",
    "Proposal",
    "Task",
    "bm25",
    "collect",
    "nearest_date",
    "nearest_id",
    "random",
    "same_group",
    "tfidf",
]
