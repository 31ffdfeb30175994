-- \dconfig: settings
-- needs server: 15
\dconfig work_mem
\dconfig+ search_path
\dconfig *_cost
