"""Forms and fields that pages and the API fill in alike, so that both ask the same and check the same."""
