"""The three guarantees of the paper: their claims, and which hypotheses hold."""
