"""Games with a user who best-responds: Bayesian, or picking the best AI."""
