"""A folder of documents in: a list and the files it names, shown before anything is stored.

folder    the files, in a ZIP or a directory, found by the names that the list gives them
columns   what each column of the list means
cells     what a cell means: versions, earlier files, requirements
known     what the words of a cell may name
planning  what each row becomes, or why it cannot
tally     how many rows of each kind there were
preparing the folder received, its list found, its rows gone through
storing   the same plan, stored a row at a time
"""
