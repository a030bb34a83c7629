"""English dates and numbers: 24 November 2026, 10:42."""
