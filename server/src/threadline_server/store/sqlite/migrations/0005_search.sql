-- The index of words is made anew when the store is opened, from what is stored, batch by batch:
-- words_version is that of the rules by which it was made, next_no the number of the block or
-- document that comes next, null once all are in it.

DROP TABLE search;

CREATE TABLE search_state (
  words_version INTEGER NOT NULL,
  next_no INTEGER
) STRICT;

INSERT INTO search_state VALUES (0, NULL);
