-- \dx+ of tenancy itself
\dx+ tenancy
