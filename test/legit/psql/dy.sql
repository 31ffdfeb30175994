-- \dy: event triggers
\dy
\dy+
