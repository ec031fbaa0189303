"""A class that moves together: one steers, the others follow, and their answers are gathered.

What a class is stands in a database: SQLite in the cache folder, or whatever ``LSE_CLASSES`` names,
as ``postgresql+psycopg://user@host/name``, when several servers share a class.
"""
