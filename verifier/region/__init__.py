"""For which values of a parameter a guarantee holds: exact cells, certified at every value."""
