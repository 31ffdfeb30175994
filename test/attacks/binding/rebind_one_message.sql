-- In one message of the simple protocol.
-- @wire
:bind_beta; SELECT owner FROM accounts;
SELECT 1; :unbind; :bind_beta; SELECT owner FROM accounts;
