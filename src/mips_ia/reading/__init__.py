"""The project's own data coming in: files as parsed, and tables as the frozen values they describe."""
