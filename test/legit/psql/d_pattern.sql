-- \d with patterns; a pattern that finds nothing
\d acc*
\d *.order_items
\d tenant_alpha.ship*
\d countries
\d public.euro*
\d no_such_table
