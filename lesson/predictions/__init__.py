"""Predictions: what each choice mixes up, which choices a learner has made, and where they lie."""
