"""The command line: one module a command, read only when it is called, so that it starts quickly."""
