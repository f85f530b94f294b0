"""What a learner writes in a lesson, and the check of it: one sentence, and no mark."""
