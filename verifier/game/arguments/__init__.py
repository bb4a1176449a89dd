"""Games from the arguments of a Python call, through the same checks as an instance file.

Values become what the reader of files knows; arrays and data frames are recognised by what they
can do, and their libraries are not imported. Messages name the argument: `agents['bob'][2, 1]`.
"""
