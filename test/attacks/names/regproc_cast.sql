-- Names of functions, operators and types by their reg* types, concatenated so that nothing is a literal.
-- allow: tenant_beta
SELECT 'LEARNED ' || ('tenant_' || 'beta.canary_function')::regproc::oid;
SELECT 'LEARNED ' || ('tenant_' || 'beta.===(text,text)')::regoperator::oid;
SELECT 'LEARNED ' || ('tenant_' || 'beta.canary_pair')::regtype::oid;
