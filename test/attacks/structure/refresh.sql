-- A materialised view of another tenant refreshed.
REFRESH MATERIALIZED VIEW tenant_beta.canary_matview;
