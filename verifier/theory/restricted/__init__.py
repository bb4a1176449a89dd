"""Games in which agents choose among finitely many given rules (theory.md 6.11)."""
