"""What the author of a page marked up inside its text: links, emphasis, code, images, formulas, notes, cells of tables.

Read from the source of a page only when Markdown, links or chunks are asked for. The text of the page stays what it is:
everything found is a stretch of it, or belongs at a place in it.
"""
