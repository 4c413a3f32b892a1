"""What a content folder looks like: its fields, the shape of its related links, and a configuration that says so."""

from recommender.corpus.recognition.configuration import configuration_text
from recommender.corpus.recognition.fitting import recognise
from recommender.corpus.recognition.found import Recognised
from recommender.corpus.recognition.probe import glance, have_default_shape
from recommender.corpus.recognition.summary import summary_lines

__all__ = ["Recognised", "configuration_text", "glance", "have_default_shape", "recognise", "summary_lines"]
