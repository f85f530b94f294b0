"""The class report: its numbers, its pictures, its notebook."""
