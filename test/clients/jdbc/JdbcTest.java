import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** JDBC and HikariCP: tenants that share connections. Prints TAP. The argument is the URL of the database. */
public class JdbcTest {
    private static String url;
    private static int count;
    private static boolean failed;

    public static void main(String[] arguments) throws Exception {
        url = arguments[0];
        try (HikariDataSource pool = pool(1, "")) {
            interleaved(pool);
            refusals(pool);
            errors(pool);
        }
        // Each statement is prepared on the server when it is first run.
        try (HikariDataSource pool = pool(1, "?prepareThreshold=1")) {
            prepared(pool);
        }
        try (HikariDataSource pool = pool(3, "?prepareThreshold=1")) {
            concurrency(pool);
        }
        startUp();
        example();
        dropIn();
        System.out.println("1.." + count);
        System.exit(failed ? 1 : 0);
    }

    /** Prints a test of whether two values are equal. */
    private static void same(Object got, Object expected, String name) {
        boolean good = Objects.equals(got, expected);
        failed |= !good;
        System.out.println((good ? "ok " : "not ok ") + ++count + " - " + name);
        if (!good)
            System.out.println("# got      " + got + "\n# expected " + expected);
    }

    private static HikariDataSource pool(int size, String parameters) {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(url + parameters);
        settings.setUsername("app");
        settings.setMaximumPoolSize(size);
        settings.setConnectionTimeout(20000);
        return new HikariDataSource(settings);
    }

    /** Runs a query and returns the first column of its rows, if it has any. */
    private static List<String> run(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                ResultSet rows = statement.getResultSet();
                while (rows.next())
                    values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** Runs a query for a tenant by the helper of the example. */
    private static List<String> bound(HikariDataSource pool, String slug, String sql) throws SQLException {
        return Tenancy.withTenant(pool, slug, connection -> run(connection, sql));
    }

    /** Runs a query on a connection as it comes from the pool. */
    private static List<String> unbound(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return run(connection, sql);
        }
    }

    private interface Attempt {
        Object make() throws SQLException;
    }

    /** Tests that something fails, with a SQLSTATE. */
    private static void refused(String sqlstate, String name, Attempt attempt) {
        try {
            same("not refused: " + attempt.make(), sqlstate, name);
        } catch (SQLException error) {
            same(error.getSQLState(), sqlstate, name);
        }
    }

    private static void isUnbound(HikariDataSource pool, String name) throws SQLException {
        same(unbound(pool, "SELECT coalesce(tenancy.current_tenant(), 'no tenant') || ' ' || current_user"),
             List.of("no tenant app"), "unbound " + name);
    }

    private static void interleaved(HikariDataSource pool) throws SQLException {
        Random random = new Random(1);
        Set<String> processes = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        for (int turn = 0; turn < 40; turn++) {
            String slug = random.nextBoolean() ? "acme" : "globex";
            List<String> titles = bound(pool, slug, "SELECT DISTINCT title FROM invoices");
            if (!titles.equals(List.of(slug)))
                wrong.add(slug + " saw " + titles);
            processes.addAll(bound(pool, slug, "SELECT pg_backend_pid()"));
        }
        same(wrong, List.of(), "tenants that take turns see their own rows");
        same(processes.size(), 1, "on one connection");
    }

    private static void refusals(HikariDataSource pool) throws SQLException {
        String there = "SELECT * FROM tenant_globex.invoices";
        refused("42501", "another tenant's schema is refused", () -> bound(pool, "acme", there));
        isUnbound(pool, "after that");
        refused("42501", "another tenant's table is not written",
                () -> bound(pool, "acme", "INSERT INTO tenant_globex.invoices (title) VALUES ('acme')"));
        refused("42704", "unknown tenant", () -> bound(pool, "nobody", "SELECT 1"));
        refused("55000", "suspended tenant", () -> bound(pool, "initech", "SELECT 1"));
        for (String slug : Arrays.asList("acme'; DROP TABLE invoices; --", "acme', true); COMMIT; --", "ACME", "a b"))
            refused("22023", slug + " is no slug", () -> bound(pool, slug, "SELECT 1"));
        for (String nobody : Arrays.asList("", null))
            refused("42P01", "'" + nobody + "' binds nobody", () -> bound(pool, nobody, "SELECT * FROM invoices"));
        refused("42P01", "who forgets to bind finds no table", () -> unbound(pool, "SELECT * FROM invoices"));
        refused("42501", "nor reaches one by its name", () -> unbound(pool, there));
        for (String local : List.of("true", "false"))
            refused("25001", "another tenant in the transaction, is_local = " + local,
                    () -> bound(pool, "acme", "SELECT set_config('tenancy.tenant', 'globex', " + local + ")"));
        isUnbound(pool, "after refusals");
    }

    private static void errors(HikariDataSource pool) throws SQLException {
        try {
            Tenancy.withTenant(pool, "acme", connection -> {
                run(connection, "INSERT INTO invoices (title) VALUES ('never')");
                throw new IllegalStateException("the application's own");
            });
            same("no exception", "an exception", "an error of the application is passed on");
        } catch (IllegalStateException error) {
            same(error.getMessage(), "the application's own", "an error of the application is passed on");
        }
        isUnbound(pool, "after an error of the application");
        refused("22012", "an error of SQL",
                () -> bound(pool, "acme", "INSERT INTO invoices (title) SELECT 'never ' || 1 / 0"));
        isUnbound(pool, "after an error of SQL");
        same(bound(pool, "acme", "SELECT DISTINCT title FROM invoices"), List.of("acme"), "both rolled back");
    }

    private static void prepared(HikariDataSource pool) throws SQLException {
        Random random = new Random(2);
        List<String> wrong = new ArrayList<>();
        Set<String> statements = new TreeSet<>();
        for (int turn = 0; turn < 40; turn++) {
            String slug = random.nextBoolean() ? "acme" : "globex";
            Tenancy.withTenant(pool, slug, connection -> {
                try (PreparedStatement statement = connection.prepareStatement("SELECT title FROM invoices WHERE id = ?")) {
                    statement.setInt(1, 1);
                    ResultSet rows = statement.executeQuery();
                    rows.next();
                    if (!slug.equals(rows.getString(1)))
                        wrong.add(slug + " saw " + rows.getString(1));
                }
                statements.addAll(run(connection, "SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT title%'"));
                return null;
            });
        }
        same(wrong, List.of(), "a prepared statement gives each tenant's rows");
        same(statements.size(), 1, "it is prepared once");
    }

    private static void concurrency(HikariDataSource pool) throws InterruptedException {
        int transactions = System.getenv("TENANCY_FULL") != null ? 500 : 50;
        List<String> wrong = new CopyOnWriteArrayList<>();
        Set<String> processes = ConcurrentHashMap.newKeySet();
        CountDownLatch start = new CountDownLatch(8);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            Random random = new Random(number);
            threads.add(new Thread(() -> {
                try {
                    start.countDown();
                    start.await();
                    for (int turn = 0; turn < transactions; turn++) {
                        String slug = random.nextBoolean() ? "acme" : "globex";
                        Tenancy.withTenant(pool, slug, connection -> {
                            try (PreparedStatement statement = connection.prepareStatement("INSERT INTO invoices (title) VALUES (?)")) {
                                statement.setString(1, slug);
                                statement.execute();
                            }
                            List<String> titles = run(connection, "SELECT DISTINCT title FROM invoices");
                            if (!titles.equals(List.of(slug)))
                                wrong.add(slug + " saw " + titles);
                            return processes.addAll(run(connection, "SELECT pg_backend_pid()"));
                        });
                    }
                } catch (Throwable error) {
                    wrong.add(error.toString());
                }
            }));
        }
        for (Thread thread : threads)
            thread.start();
        for (Thread thread : threads)
            thread.join();
        same(wrong, List.of(), "8 threads, " + transactions + " transactions each, own rows alone");
        same(processes.size() > 1 && processes.size() <= 3, true, "over at most 3 connections");
    }

    /** Runs psql as the superuser. */
    private static void psql(String sql) throws Exception {
        Process psql = new ProcessBuilder("psql", "-XqU", "postgres", "-c", sql).inheritIO().start();
        if (psql.waitFor() != 0)
            throw new IllegalStateException("psql failed");
    }

    /** Applications that know tenants by their schemas alone: currentSchema and setSchema(). */
    private static void dropIn() throws Exception {
        String role = "ALTER ROLE app IN DATABASE " + System.getenv("PGDATABASE");
        String own = "SELECT DISTINCT replace(title, 'for ', '') FROM invoices";
        psql(role + " SET tenancy.bind_from_search_path = on");
        try (Connection connection = DriverManager.getConnection(url + "?user=app&currentSchema=tenant_acme,public")) {
            same(run(connection, own), List.of("acme"), "currentSchema in the URL binds a connection");
            refused("42501", "another tenant's schema is refused", () -> run(connection, "SELECT * FROM tenant_globex.invoices"));
        }
        for (String schema : List.of("tenant_initech", "tenant_acme,tenant_globex"))
            refused(schema.equals("tenant_initech") ? "55000" : "42501", "currentSchema=" + schema + " is refused",
                    () -> DriverManager.getConnection(url + "?user=app&currentSchema=" + schema));
        try (HikariDataSource pool = pool(1, "?prepareThreshold=1")) {
            List<String> seen = new ArrayList<>();
            for (String slug : List.of("acme", "globex", "acme"))
                try (Connection connection = pool.getConnection()) {
                    connection.setSchema("tenant_" + slug);
                    seen.addAll(run(connection, own));
                }
            same(seen, List.of("acme", "globex", "acme"), "setSchema() binds a connection");
            try (Connection connection = pool.getConnection()) {
                connection.setSchema("tenant_acme");
                connection.setAutoCommit(false);
                run(connection, own);
                refused("25001", "setSchema() amid a transaction is refused", () -> {
                    connection.setSchema("tenant_globex");
                    return "not refused";
                });
                connection.rollback();
            }
        }
        psql(role + " RESET tenancy.bind_from_search_path");
    }

    /** Runs the example and looks at what it prints. */
    private static void example() throws SQLException {
        PrintStream terminal = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed));
        try {
            Example.main(new String[] {url});
        } finally {
            System.setOut(terminal);
        }
        List<String> lines = printed.toString().lines().map(line -> line.replaceAll("[0-9]+", "n")).toList();
        same(lines, List.of("acme n", "globex n", "acme n", "ERROR: tenant \"initech\" is not active"), "the example runs");
    }

    private static void startUp() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url + "?user=app&options=-c%20tenancy.tenant=acme")) {
            same(run(connection, "SELECT DISTINCT title FROM invoices"), List.of("acme"), "options= in the URL binds a connection");
            Set<String> schemas = new TreeSet<>();
            try (ResultSet tables = connection.getMetaData().getTables(null, null, "invoices", null)) {
                while (tables.next())
                    schemas.add(tables.getString("TABLE_SCHEM"));
            }
            same(schemas, Set.of("tenant_acme"), "metadata have the tenant's tables, and nothing of others");
        }
        refused("55000", "options= with a suspended tenant is refused",
                () -> DriverManager.getConnection(url + "?user=app&options=-c%20tenancy.tenant=initech"));
    }
}
