"""The columns of a row that are guessed where none is named: by the command, in `Pipeline.run_many`, in data jobs."""

from __future__ import annotations

HTML_COLUMNS = ("html", "raw_html")
"""Names of a column of HTML, the first that holds something; they are preferred to those of text."""

TEXT_COLUMNS = ("text", "content")
"""Names of a column of text, or of anything whose kind is detected."""

ID_COLUMN = "id"
URL_COLUMN = "url"
