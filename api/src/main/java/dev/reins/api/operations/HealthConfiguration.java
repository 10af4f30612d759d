package dev.reins.api.operations;

import dev.reins.api.dependency.Schema;
import dev.reins.api.engine.Engine;
import dev.reins.api.engine.EngineRefused;
import dev.reins.api.engine.EngineUnavailable;
import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the api stands on. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

    @Bean
    HealthIndicator databaseHealthIndicator(Schema schema, JdbcClient jdbc) {
        return () -> health(() ->
                schema.isReady() && jdbc.sql("select true").query(Boolean.class).single());
    }

    @Bean
    HealthIndicator temporalHealthIndicator(Engine engine) {
        return () -> health(() -> {
            engine.ping();
            return true;
        });
    }

    private static Health health(BooleanSupplier question) {
        try {
            return question.getAsBoolean() ? Health.up().build() : Health.down().build();
        } catch (DataAccessException | EngineUnavailable | EngineRefused away) {
            return Health.down().build();
        }
    }
}
