package dev.reins.api.dependency;

import com.zaxxer.hikari.HikariDataSource;
import dev.reins.api.ApiSettings;
import dev.reins.store.DatabaseUrl;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DependencyConfiguration {
    private static final int CONNECTIONS = 16;

    /** Comes up without PostgreSQL. */
    @Bean
    HikariDataSource dataSource(ApiSettings settings) {
        DatabaseUrl url = url(settings);
        var pool = new PatientPool();
        pool.setJdbcUrl(url.jdbcUrl());
        pool.setUsername(url.user());
        pool.setPassword(url.password());
        pool.setMaximumPoolSize(CONNECTIONS);
        pool.setMinimumIdle(2);
        pool.setValidationTimeout(1_000);
        pool.setInitializationFailTimeout(-1);
        pool.addDataSourceProperty("connectTimeout", "2");
        pool.addDataSourceProperty("socketTimeout", "30");
        pool.addDataSourceProperty("tcpKeepAlive", "true"); // migrations wait without that timeout
        pool.addDataSourceProperty("ApplicationName", "reins-api");
        // The detail of an error quotes what was to be stored, and errors reach logs.
        pool.addDataSourceProperty("logServerErrorDetail", "false");
        return pool;
    }

    @Bean
    Dependency postgres(ApiSettings settings) {
        return new Dependency(
                "PostgreSQL at " + url(settings).address(),
                "start it there or correct REINS_DATABASE_URL; requests are answered 503 until it is back");
    }

    @Bean
    Dependency temporalServer(ApiSettings settings) {
        return new Dependency(
                "Temporal at " + settings.temporalAddress(),
                "start it there or correct REINS_TEMPORAL_ADDRESS; what is asked meanwhile is stored, and done once it is back");
    }

    private static DatabaseUrl url(ApiSettings settings) {
        try {
            return settings.database();
        } catch (IllegalArgumentException malformed) {
            throw new CannotStart(malformed.getMessage() + ": correct REINS_DATABASE_URL");
        }
    }
}
