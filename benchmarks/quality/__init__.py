"""How many of the editors' links a site's lists hold, over many sites."""
