import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** JDBC: a transaction that is bound to a tenant, on a connection of the pool. */
public final class Tenancy {
    public interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    public static <T> T withTenant(DataSource pool, String slug, Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                bind(connection, slug);
                T result = work.with(connection);
                connection.commit();
                return result;
            } catch (Throwable error) {
                connection.rollback();
                throw error;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static void bind(Connection connection, String slug) throws SQLException {
        try (PreparedStatement bind = connection.prepareStatement("SELECT pg_catalog.set_config('tenancy.tenant', ?, true)")) {
            bind.setString(1, slug);
            bind.execute();
        }
    }
}
