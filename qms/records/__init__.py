"""What every quality record can do: verbs, story, number, attachments, due dates, search."""
