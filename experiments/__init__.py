"""The paper's experiments, remade exactly: every number from a seed
(docs/explanation/experiments.md).
"""
