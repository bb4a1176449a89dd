"""Where equilibria are looked for, and what she gets in them (theory.md 4.5, 6.2 to 6.20)."""
