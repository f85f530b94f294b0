"""Drive an app from outside, over HTTP, and say which rules it keeps."""
