"""The paper's experiments in exact arithmetic (docs/explanation/experiments.md)."""
