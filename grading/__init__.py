"""What instructors run: release, grade, demo, worked solutions, student bundle."""
