"""What one map shows, and what changed between two years."""
