-- What models made of the references that their folders bring: measured by scans, before anything is looked for.

-- The last self-test of a model. A model that fails it is not scanned, so these were passed.
CREATE TABLE self_test (
  model INTEGER PRIMARY KEY REFERENCES model (id) ON DELETE CASCADE,  -- which
  n_cases INTEGER NOT NULL,           -- prompts of the reference, count
  logits REAL NOT NULL,               -- largest difference of a logit, logits
  attention REAL NOT NULL,            -- largest difference of an attention weight, share; 0 where the reference has none
  tested_at TEXT NOT NULL             -- time
) STRICT;
