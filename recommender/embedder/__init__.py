"""From texts to vectors: the encoder seam, static and transformer models."""

from recommender.embedder.encoder import Encoded, Encoder
from recommender.embedder.load import find_model, load_encoder
from recommender.embedder.text import PREPARATION, plain_text

__all__ = ["PREPARATION", "Encoded", "Encoder", "find_model", "load_encoder", "plain_text"]
