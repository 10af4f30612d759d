package dev.reins.standalone;

import dev.reins.store.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** What a start asks of PostgreSQL before the api does. */
final class Databases {
    private Databases() {}

    static boolean answers(String url) {
        try (Connection connection = connect(url)) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    /** @throws CannotStart naming the address, if it cannot be reached or lets us not in */
    static void check(String url) {
        try (Connection connection = connect(url)) {
            connection.isValid(5);
        } catch (SQLException e) {
            throw new CannotStart(
                    "No PostgreSQL at " + DatabaseUrl.parse(url).address() + " (" + e.getMessage()
                            + "): start it, or correct --database-url.",
                    e);
        }
    }

    static void create(String maintenanceUrl, String name) {
        try (Connection connection = connect(maintenanceUrl);
                Statement statement = connection.createStatement();
                ResultSet known = statement.executeQuery("select datname from pg_database")) {
            while (known.next()) {
                if (known.getString(1).equals(name)) {
                    return;
                }
            }
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new CannotStart("PostgreSQL does not make the database " + name + ": " + e.getMessage() + ".", e);
        }
    }

    private static Connection connect(String url) throws SQLException {
        DatabaseUrl place = DatabaseUrl.parse(url);
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", "5");
        if (place.user() != null) {
            properties.setProperty("user", place.user());
        }
        if (place.password() != null) {
            properties.setProperty("password", place.password());
        }
        return DriverManager.getConnection(place.jdbcUrl(), properties);
    }
}
