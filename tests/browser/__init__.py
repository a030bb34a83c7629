"""What only a real browser shows: layout, focus, scripts, contrast. Needs Chromium."""
