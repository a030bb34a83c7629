"""What ./takt does once its environment exists: one module per word, and what they share."""
