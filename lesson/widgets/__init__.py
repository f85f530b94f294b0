"""The course's widgets: a class, an ES module and a style sheet each."""
