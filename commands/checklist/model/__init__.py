"""What a person's list is: rows and a template in, a view out. Pure; nothing here asks the database or the time."""
