"""A directory of data: opened, checked, written to, kept in versions, narrowed to an audience."""
