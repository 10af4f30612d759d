package dev.reins.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A pool's connections, waiting for an answer however long it takes: what cuts off a request that hangs would cut off a
 * migration of a large table too, and so for ever. The pool gives a connection that comes back its own timeout again.
 */
final class PatientConnections extends DelegatingDataSource {
    PatientConnections(DataSource pool) {
        super(pool);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try {
            connection.setNetworkTimeout(Runnable::run, 0);
            return connection;
        } catch (SQLException broken) {
            connection.close();
            throw broken;
        }
    }
}
