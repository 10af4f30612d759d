package dev.reins.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * A fresh, migrated database on the JVM's one embedded PostgreSQL: {@code TestDatabase.create()} in a static field, one
 * per test class. It costs some tens of milliseconds; only the first one of a JVM starts the server. With
 * {@code -Dreins.schema.later=true} its schema is what a later release may have made of this build's.
 */
public final class TestDatabase implements AutoCloseable {
    private static final String TEMPLATE = "reins_template";
    private static final AtomicInteger CREATED = new AtomicInteger();

    private final String name;
    private final String url;
    private final HikariDataSource dataSource;

    private TestDatabase(String name, String parameters) {
        this.name = name;
        this.url = Server.RUNNING.getJdbcUrl("postgres", name) + parameters;
        this.dataSource = pool(url);
    }

    public static TestDatabase create() {
        return create(TEMPLATE, "");
    }

    /** Migrated as a process does it that is told of this schema; the database has no other. */
    public static TestDatabase inSchema(String schema) {
        TestDatabase database = create("template1", "&currentSchema=" + schema);
        database.jdbc().sql("drop schema public").update();
        database.jdbc().sql("create schema " + schema).update();
        Migrations.apply(database.dataSource());
        return database;
    }

    private static TestDatabase create(String template, String parameters) {
        String name = "reins_test_" + CREATED.incrementAndGet();
        onServer("create database " + name + " template " + template);
        return new TestDatabase(name, parameters);
    }

    public DataSource dataSource() {
        return dataSource;
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(dataSource);
    }

    public JsonMapper json() {
        return Server.JSON;
    }

    public boolean isSomeoneWaitingForALock() {
        return jdbc().sql("""
                        select exists (select from pg_stat_activity
                            where datname = current_database() and wait_event_type = 'Lock')""").query(Boolean.class).single();
    }

    /** With the user in it; the server asks for no password. */
    public String url() {
        return url;
    }

    public int port() {
        return uri().getPort();
    }

    /** As {@code REINS_DATABASE_URL} takes it, by a port that leads to the server. */
    public String urlBy(int port) {
        return "postgresql://postgres@127.0.0.1:" + port + uri().getPath();
    }

    private URI uri() {
        return URI.create(url.substring("jdbc:".length()));
    }

    /** Drops the database as well: thousands of files left to the server's own end would hold up the JVM's. */
    @Override
    public void close() {
        dataSource.close();
        onServer("drop database " + name + " with (force)");
    }

    private static void onServer(String sql) {
        JdbcClient.create(Server.RUNNING.getPostgresDatabase()).sql(sql).update();
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(20);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    /** Started with the first database, stopped with the JVM. */
    private static final class Server {
        static final JsonMapper JSON = JsonMapper.builder().build();
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("full_page_writes", "off")
                        .setServerConfig("shared_buffers", "64MB")
                        .start();
                migrateTemplate(server);
                return server;
            } catch (IOException failure) {
                throw new UncheckedIOException("PostgreSQL did not start", failure);
            }
        }

        private static void migrateTemplate(EmbeddedPostgres server) {
            JdbcClient.create(server.getPostgresDatabase())
                    .sql("create database " + TEMPLATE)
                    .update();
            migrate(server, "db/migration");
            if (Boolean.getBoolean("reins.schema.later")) {
                migrate(server, "db/migration", "db/later");
            }
        }

        private static void migrate(EmbeddedPostgres server, String... locations) {
            Flyway.configure()
                    .dataSource(server.getDatabase("postgres", TEMPLATE))
                    .locations(locations)
                    .load()
                    .migrate();
        }
    }
}
