"""Sweeps: many games of one family, verified in bulk; finished games survive any interruption."""
