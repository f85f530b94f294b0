"""What a view did for one request: recorded, and turned into tables."""
