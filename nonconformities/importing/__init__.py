"""Old registers in: read as they were written, planned and shown before anything is stored.

reading    what file it is, and its lines one at a time (sheets: workbooks)
tables     which line is the heading, and which lines are no rows
columns    what each column means
dates      what day somebody meant
words      grades and states in other words; how alike two names are
names      which unit and which person is meant
surveying  one reading through: every name and how days are written
planning   what each row becomes, or why it cannot
storing    the same plan, stored a batch at a time
mending    the rows that failed, as a file to mend and send again
"""
