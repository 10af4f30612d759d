package dev.reins.worker;

import com.zaxxer.hikari.HikariDataSource;
import dev.reins.store.DatabaseUrl;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {
    private static final int CONNECTIONS = 16;
    /** Well below the heartbeat timeout of steps: one that cannot be admitted is given back in time. */
    private static final long CONNECT_MS = 4_000;

    /** Comes up without PostgreSQL. */
    @Bean
    HikariDataSource dataSource(WorkerSettings settings) {
        DatabaseUrl url = settings.database();
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url.jdbcUrl());
        pool.setUsername(url.user());
        pool.setPassword(url.password());
        pool.setMaximumPoolSize(CONNECTIONS);
        pool.setMinimumIdle(2);
        pool.setConnectionTimeout(CONNECT_MS);
        pool.setValidationTimeout(1_000);
        pool.setInitializationFailTimeout(-1);
        pool.addDataSourceProperty("connectTimeout", "2");
        pool.addDataSourceProperty("socketTimeout", "30");
        pool.addDataSourceProperty("tcpKeepAlive", "true"); // migrations wait without that timeout
        pool.addDataSourceProperty("ApplicationName", "reins-worker");
        // The detail of an error quotes what was to be stored, and errors reach logs and Temporal.
        pool.addDataSourceProperty("logServerErrorDetail", "false");
        return pool;
    }
}
