"""Pages of HTML: one instance on one page, or many instances and the theorems as a course.
theory.md 4-7 and 9.
"""
