"""From texts to vectors: the encoder seam, static and transformer models."""
