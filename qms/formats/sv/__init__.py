"""Swedish dates and numbers (Digg R66): 24 november 2026, kl. 10.42, 1 234,5."""
