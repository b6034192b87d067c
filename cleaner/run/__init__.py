"""Many documents: find and read them, clean one at a time, write rows and a report that adds up."""
