"""The JSON API: the same actions and the same rules as the pages, for programs with a token.

A statement is a person's own act: it takes a code of their app, and no token makes one by itself.
"""
