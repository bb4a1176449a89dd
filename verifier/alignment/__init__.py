"""How near many agents come to a user, from tables of their utilities (theory.md 2)."""
