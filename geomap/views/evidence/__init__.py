"""Who says so: the document, place and wording behind each number, and where they differ."""
