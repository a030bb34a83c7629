"""Lists from elsewhere, read as they were written; what is brought in by them stands in the apps.

reading    what file it is, and its lines one at a time (sheets: workbooks)
tables     which line is the heading, and which lines are no rows
dates      what day somebody meant
words      texts made alike; how alike two names are
people     which unit and which person is meant
mending    the rows that failed, as a file to mend and send again
"""
