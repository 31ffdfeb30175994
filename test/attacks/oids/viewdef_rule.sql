-- A rule turns an INSERT into a call.
CREATE TABLE asked (o oid);
CREATE RULE r AS ON INSERT TO asked DO INSTEAD SELECT pg_get_viewdef(NEW.o);
INSERT INTO asked VALUES (:beta_view_oid);
