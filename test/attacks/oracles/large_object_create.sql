-- lo_create() with a number that is taken.
-- @open the number of a large object is the caller's to choose, and taken or not
-- @oracle oid=:beta_lo_oid|:missing_oid
SELECT lo_create(:oid) > 0;
