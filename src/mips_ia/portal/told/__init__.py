"""What a practice's year says, in words: the answer, the verdicts, the steps of a score.

Pages, the API, results kept for long lists and documents all say it with these; nothing here knows a request.
"""
