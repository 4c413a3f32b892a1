"""How stages are run, and where what they make is kept between runs."""
