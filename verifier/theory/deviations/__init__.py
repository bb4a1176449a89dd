"""What one agent gains by another rule: persuasion programs and their duals (theory.md 6.1)."""
