"""The trusted checker: given a certificate and the user's own instance file, accept, or
name the first thing wrong.
"""
