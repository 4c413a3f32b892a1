"""What editors decided about links, kept as lines of a file that is only ever added to."""
