-- After RESET ALL, RESET, SET TO DEFAULT.
RESET ALL;
RESET :setting;
SET :setting TO DEFAULT;
:bind_beta;
SELECT owner FROM accounts;
