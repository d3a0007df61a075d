"""The JSON API: the same actions and the same rules as the pages, for programs with a token.

Nobody signs through it: a signature is a person's own act.
"""
