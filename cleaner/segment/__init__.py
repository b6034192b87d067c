"""Sources become documents: text and the blocks seen in it."""
