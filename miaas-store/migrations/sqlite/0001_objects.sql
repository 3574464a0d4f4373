-- "miaa": tells this database from those of other programs.
PRAGMA application_id = 0x6d696161;

CREATE TABLE objects (
    kind     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    value    TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
);

-- What the last revisions changed, in the order in which watchers see it. No value: deleted.
CREATE TABLE changes (
    position INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    value    TEXT
);
CREATE INDEX changes_by_revision ON changes (revision);

-- One row: the newest revision, and the one up to which `changes` was compacted.
CREATE TABLE head (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    revision  INTEGER NOT NULL,
    compacted INTEGER NOT NULL
);
INSERT INTO head (one, revision, compacted) VALUES (1, 0, 0);
