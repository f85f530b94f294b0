"""The rules that are examined after handing in."""
