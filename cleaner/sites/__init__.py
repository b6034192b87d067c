"""What repeats on the pages of a site: count it, judge it, and write it down as rule packs for that site."""
