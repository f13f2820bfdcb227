"""A directory of data: opened, checked, written to, kept in versions, narrowed to an audience."""

__all__ = ["check", "editions", "import_table", "open", "package", "versions"]
