"""From ranked candidates to the lists that a site shows."""
