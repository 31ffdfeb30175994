-- INSERT and COPY route rows into another tenant's partition.
-- @uniform
INSERT INTO events VALUES ('be' || 'ta', 'planted');
COPY events FROM STDIN DELIMITER ',';
beta,planted
\.
