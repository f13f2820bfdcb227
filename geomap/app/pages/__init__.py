"""The pages and the API, a blueprint a file."""
