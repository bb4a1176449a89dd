"""Best-response dynamics of the agents among whom a user picks the best (theory.md 6, G3)."""
