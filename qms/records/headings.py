"""What stands as the heading of a record that nobody has given one."""


def first_words(text: str, most: int = 70) -> str:
    """Return the first line of a text, cut between words when it is longer than `most`."""
    first = text.strip().split("\n")[0]
    return first if len(first) <= most else first[: most - 1].rsplit(" ", 1)[0] + "…"
