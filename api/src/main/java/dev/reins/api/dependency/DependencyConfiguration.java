package dev.reins.api.dependency;

import com.zaxxer.hikari.HikariDataSource;
import dev.reins.api.ApiSettings;
import dev.reins.store.DatabaseUrl;
import dev.reins.store.PoolSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DependencyConfiguration {
    @Bean
    HikariDataSource dataSource(ApiSettings settings) {
        var pool = new PatientPool();
        PoolSettings.apply(pool, url(settings), "reins-api");
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
