"""Many games of one family, verified in bulk, with results that survive whatever happens to the
run.
"""
