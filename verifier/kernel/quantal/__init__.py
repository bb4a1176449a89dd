"""Games with a quantal user, whose choices are exponential sums."""
