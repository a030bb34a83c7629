"""The API: what the pages show and do, for other programs. It has no rule of its own.

Lists, filters, masking, questions and verbs are those of the pages; here they only get another
shape. The package has no models and stands above every room.
"""
