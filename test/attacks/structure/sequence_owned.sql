-- A sequence of another tenant owned by the attacker's column: it is dropped with it.
CREATE TABLE mine (n bigint);
ALTER SEQUENCE tenant_beta.canary_seq OWNED BY NONE RESTART;
ALTER SEQUENCE tenant_beta.numbers INCREMENT 100;
