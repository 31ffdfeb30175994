// One connection serves two tenants, and a third one is turned away.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

func main() {
	ctx := context.Background()
	pool, err := pgxpool.Connect(ctx, "user=app pool_max_conns=1")
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	for _, slug := range []string{"acme", "globex", "acme", "initech"} {
		var count int
		err := WithTenant(ctx, pool, slug, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "INSERT INTO invoices (title) VALUES ($1)", "for "+slug); err != nil {
				return err
			}
			return tx.QueryRow(ctx, "SELECT count(*) FROM invoices").Scan(&count)
		})
		fmt.Println(slug, count, err)
	}
}
