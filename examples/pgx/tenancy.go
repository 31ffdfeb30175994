package main

import (
	"context"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

// WithTenant runs fn in a transaction that is bound to a tenant, on a connection of the pool.
func WithTenant(ctx context.Context, pool *pgxpool.Pool, slug string, fn func(tx pgx.Tx) error) error {
	return pool.BeginFunc(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_catalog.set_config('tenancy.tenant', $1, true)", slug); err != nil {
			return err
		}
		return fn(tx)
	})
}

type tenantKey struct{}

// ContextWithTenant says for whom a pool with BindConnections works.
func ContextWithTenant(ctx context.Context, slug string) context.Context {
	return context.WithValue(ctx, tenantKey{}, slug)
}

// BindConnections has a pool bind each connection to the tenant of the context that acquires it, until it is released:
// for code that runs statements without a transaction.  If the binding is refused, the connection is unbound, and the
// statement that follows finds no table: to return false here would have the pool try for ever.
func BindConnections(config *pgxpool.Config) {
	config.BeforeAcquire = func(ctx context.Context, conn *pgx.Conn) bool {
		slug, _ := ctx.Value(tenantKey{}).(string)
		conn.Exec(ctx, "SELECT pg_catalog.set_config('tenancy.tenant', $1, false)", slug)
		return !conn.IsClosed()
	}
	config.AfterRelease = func(conn *pgx.Conn) bool {
		_, err := conn.Exec(context.Background(), "SET tenancy.tenant = ''")
		return err == nil
	}
}
