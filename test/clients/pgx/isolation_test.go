// What run adds to the example. Prints TAP.
package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

var (
	ctx    = context.Background()
	count  int
	failed bool
)

// same tests that two values are equal.
func same(got, expected interface{}, name string) {
	count++
	if reflect.DeepEqual(got, expected) {
		fmt.Printf("ok %d - %s\n", count, name)
		return
	}
	failed = true
	fmt.Printf("not ok %d - %s\n# got      %v\n# expected %v\n", count, name, got, expected)
}

// sqlstate returns the SQLSTATE in an error of pgx's.
func sqlstate(err error) string {
	var refusal *pgconn.PgError
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return fmt.Sprint(err)
}

type querier interface {
	Query(ctx context.Context, sql string, arguments ...interface{}) (pgx.Rows, error)
}

// column returns the first column of a query's rows.
func column(from querier, sql string, arguments ...interface{}) ([]string, error) {
	values := []string{}
	rows, err := from.Query(ctx, sql, arguments...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, rows.Err()
}

// bound runs a query for a tenant, by the helper of the example.
func bound(pool *pgxpool.Pool, slug, sql string, arguments ...interface{}) (values []string, err error) {
	err = WithTenant(ctx, pool, slug, func(tx pgx.Tx) error {
		values, err = column(tx, sql, arguments...)
		return err
	})
	return values, err
}

// open returns a pool.
func open(size int, hooks func(*pgxpool.Config)) *pgxpool.Pool {
	config, err := pgxpool.ParseConfig(fmt.Sprintf("user=app pool_max_conns=%d", size))
	if err != nil {
		panic(err)
	}
	if hooks != nil {
		hooks(config)
	}
	pool, err := pgxpool.ConnectConfig(ctx, config)
	if err != nil {
		panic(err)
	}
	return pool
}

// isUnbound tests that a connection of the pool serves nobody.
func isUnbound(pool *pgxpool.Pool, name string) {
	values, err := column(pool, "SELECT coalesce(tenancy.current_tenant(), 'no tenant') || ' ' || current_user")
	same(fmt.Sprint(values, err), "[no tenant app] <nil>", "unbound "+name)
}

func TestMain(m *testing.M) {
	pool := open(1, nil)
	interleaved(pool)
	refusals(pool)
	rollbacks(pool)
	pool.Close()
	concurrency()
	hooks()
	example()
	fmt.Printf("1..%d\n", count)
	if failed {
		os.Exit(1)
	}
	os.Exit(0)
}

func interleaved(pool *pgxpool.Pool) {
	random := rand.New(rand.NewSource(1))
	var wrong []string
	processes, statements := map[string]bool{}, map[string]bool{}
	for turn := 0; turn < 40; turn++ {
		slug := []string{"acme", "globex"}[random.Intn(2)]
		err := WithTenant(ctx, pool, slug, func(tx pgx.Tx) error {
			// pgx prepares each statement once for a connection.
			titles, err := column(tx, "SELECT DISTINCT title FROM invoices WHERE id > $1", 0)
			if err != nil || !reflect.DeepEqual(titles, []string{slug}) {
				wrong = append(wrong, fmt.Sprint(slug, titles, err))
			}
			process, _ := column(tx, "SELECT pg_backend_pid()::text")
			processes[process[0]] = true
			names, _ := column(tx, "SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT DISTINCT title%'")
			statements[strings.Join(names, " ")] = true
			return nil
		})
		if err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	same(wrong, []string(nil), "tenants that take turns see their own rows")
	same(len(processes), 1, "on one connection")
	same(len(statements), 1, "by one prepared statement")
}

func refusals(pool *pgxpool.Pool) {
	there := "SELECT title FROM tenant_globex.invoices"
	refused := func(code, name, slug, sql string) {
		values, err := bound(pool, slug, sql)
		if err == nil {
			same(values, code, name)
			return
		}
		same(sqlstate(err), code, name)
	}
	refused("42501", "another tenant's schema is refused", "acme", there)
	isUnbound(pool, "after that")
	refused("42501", "another tenant's table is not written", "acme",
		"INSERT INTO tenant_globex.invoices (title) VALUES ('acme') RETURNING title")
	refused("42704", "unknown tenant", "nobody", "SELECT '1'")
	refused("55000", "suspended tenant", "initech", "SELECT '1'")
	for _, slug := range []string{"acme'; DROP TABLE invoices; --", "acme', true); COMMIT; --", "ACME", "a b"} {
		refused("22023", slug+" is no slug", slug, "SELECT '1'")
	}
	refused("42P01", "'' binds nobody", "", "SELECT title FROM invoices")
	_, err := column(pool, "SELECT title FROM invoices")
	same(sqlstate(err), "42P01", "who forgets to bind finds no table")
	_, err = column(pool, there)
	same(sqlstate(err), "42501", "nor reaches one by its name")
	for _, local := range []string{"true", "false"} {
		refused("25001", "another tenant in the transaction, is_local = "+local, "acme",
			"SELECT set_config('tenancy.tenant', 'globex', "+local+")")
	}
	isUnbound(pool, "after refusals")
}

func rollbacks(pool *pgxpool.Pool) {
	own := errors.New("the application's own")
	err := WithTenant(ctx, pool, "acme", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO invoices (title) VALUES ('never')"); err != nil {
			return err
		}
		return own
	})
	same(err, own, "an error of the application is passed on")
	isUnbound(pool, "after an error of the application")
	_, err = bound(pool, "acme", "INSERT INTO invoices (title) SELECT 'never ' || 1 / 0 RETURNING title")
	same(sqlstate(err), "22012", "an error of SQL")
	isUnbound(pool, "after an error of SQL")
	titles, _ := bound(pool, "acme", "SELECT DISTINCT title FROM invoices")
	same(titles, []string{"acme"}, "both rolled back")
}

// crowd has 8 goroutines draw tenants at random and call work, which returns what is wrong.
func crowd(work func(slug string) string) []string {
	transactions := 50
	if os.Getenv("TENANCY_FULL") != "" {
		transactions = 500
	}
	var (
		group sync.WaitGroup
		lock  sync.Mutex
		wrong []string
	)
	for number := 0; number < 8; number++ {
		random := rand.New(rand.NewSource(int64(number)))
		group.Add(1)
		go func() {
			defer group.Done()
			for turn := 0; turn < transactions; turn++ {
				slug := []string{"acme", "globex"}[random.Intn(2)]
				if complaint := work(slug); complaint != "" {
					lock.Lock()
					wrong = append(wrong, complaint)
					lock.Unlock()
				}
			}
		}()
	}
	group.Wait()
	return wrong
}

func concurrency() {
	pool := open(3, nil)
	defer pool.Close()
	wrong := crowd(func(slug string) string {
		var titles []string
		err := WithTenant(ctx, pool, slug, func(tx pgx.Tx) (err error) {
			if _, err = tx.Exec(ctx, "INSERT INTO invoices (title) VALUES ($1)", slug); err == nil {
				titles, err = column(tx, "SELECT DISTINCT title FROM invoices")
			}
			return err
		})
		if err == nil && reflect.DeepEqual(titles, []string{slug}) {
			return ""
		}
		return fmt.Sprint(slug, titles, err)
	})
	same(wrong, []string(nil), "8 goroutines over 3 connections, own rows alone")
	same(pool.Stat().TotalConns(), int32(3), "all connections were used")
}

// example runs the example and looks at what it prints.
func example() {
	printed, err := exec.Command("./example").CombinedOutput()
	same(err, nil, "the example runs")
	lines := regexp.MustCompile(`[0-9]+ `).ReplaceAllString(string(printed), "n ")
	same(lines, "acme n <nil>\nglobex n <nil>\nacme n <nil>\n"+
		"initech n ERROR: tenant \"initech\" is not active (SQLSTATE 55000)\n", "and prints what it should")
}

// hooks tests the pool that binds its connections.
func hooks() {
	pool := open(2, BindConnections)
	defer pool.Close()
	titles := func(slug, sql string) ([]string, error) {
		rows, err := pool.Query(ContextWithTenant(ctx, slug), sql)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		var values []string
		for rows.Next() {
			var value string
			if err := rows.Scan(&value); err != nil {
				return nil, err
			}
			values = append(values, value)
		}
		return values, rows.Err()
	}
	wrong := crowd(func(slug string) string {
		values, err := titles(slug, "SELECT DISTINCT title FROM invoices")
		if err == nil && reflect.DeepEqual(values, []string{slug}) {
			return ""
		}
		return fmt.Sprint(slug, values, err)
	})
	same(wrong, []string(nil), "hooks: 8 goroutines over 2 connections, own rows alone")
	for _, slug := range []string{"nobody", "initech", "", "acme'; DROP TABLE invoices; --"} {
		values, err := titles(slug, "SELECT title FROM invoices")
		same(fmt.Sprint(values, " ", sqlstate(err)), "[] 42P01", "hooks: '"+slug+"' finds no table")
	}
	_, err := titles("acme", "SELECT title FROM tenant_globex.invoices")
	same(sqlstate(err), "42501", "hooks: another tenant's schema is refused")
	_, err = column(pool, "SELECT title FROM invoices")
	same(sqlstate(err), "42P01", "hooks: a context without a tenant finds no table")

	config, _ := pgx.ParseConfig("user=app tenancy.tenant=acme")
	connection, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		same(err, nil, "a connection string binds a connection")
		return
	}
	defer connection.Close(ctx)
	values, _ := column(connection, "SELECT DISTINCT title FROM invoices")
	same(values, []string{"acme"}, "a connection string binds a connection")
}
