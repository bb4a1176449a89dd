"""One theorem, one file: what is true of a game, decided exactly (theory.md names each file)."""
