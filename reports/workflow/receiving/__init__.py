"""How documents come in: files, folders, zips and lists, each kept once by its sha256, then drafted."""
