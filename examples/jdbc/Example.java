import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** One connection serves two tenants, and a third one is turned away: java Example.java jdbc:postgresql://localhost/app */
public class Example {
    public static void main(String[] arguments) throws SQLException {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(arguments[0]);
        settings.setUsername("app");
        settings.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(settings)) {
            for (String slug : new String[] {"acme", "globex", "acme", "initech"}) {
                try {
                    System.out.println(slug + " " + Tenancy.withTenant(pool, slug, connection -> {
                        try (Statement statement = connection.createStatement()) {
                            statement.execute("INSERT INTO invoices (title) VALUES ('for " + slug + "')");
                            ResultSet rows = statement.executeQuery("SELECT count(*) FROM invoices");
                            rows.next();
                            return rows.getInt(1);
                        }
                    }));
                } catch (SQLException error) {
                    System.out.println(error.getMessage().lines().findFirst().get());
                }
            }
        }
    }
}
