"""Best-response dynamics of the agents among whom the user picks the best (theory.md 6.6)."""
