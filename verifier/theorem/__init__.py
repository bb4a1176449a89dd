"""A game's own theorem: what is proved of it, as a file that Rocq checks (proofs/theories)."""
