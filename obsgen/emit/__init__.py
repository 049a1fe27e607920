"""Writers: plain data in, the text of one file format out; the same data gives the same text."""
