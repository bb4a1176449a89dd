"""Where equilibria are looked for, and what she gets in them (theory.md 6.2 to 6.7)."""
