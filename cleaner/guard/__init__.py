"""The last word on cuts: promises to the reader, each of which gives cuts back. No promise adds one."""
