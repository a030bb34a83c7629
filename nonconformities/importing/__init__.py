"""Old registers in: read as they were written, planned and shown before anything is stored.

How a list is read at all stands in qms/records/importing/.

columns    what each column means
words      grades and states in other words
names      which unit and which person is meant
surveying  one reading through: every name and how days are written
planning   what each row becomes, or why it cannot
storing    the same plan, stored a batch at a time
"""
