"""What stands in nbgrader's own commands."""
