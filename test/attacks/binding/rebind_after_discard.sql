-- After DISCARD ALL, which may forget what the session has served.
DISCARD ALL;
:bind_beta;
SELECT owner FROM accounts;
