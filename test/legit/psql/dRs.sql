-- \dRs: subscriptions
\dRs
