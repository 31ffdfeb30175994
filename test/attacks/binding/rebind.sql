-- Another tenant in a session that has served one.
:bind_beta;
SELECT owner FROM accounts;
