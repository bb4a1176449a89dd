"""Pages that show proofs in Rocq step by step, with goals, beside the proofs on paper.

    python -m proofs.steps

writes them into docs/proofs/; it needs Rocq and the theories, built. What is said of a step is a
comment in the theory itself, and what is quoted of the proof on paper is in theory.md.
"""
