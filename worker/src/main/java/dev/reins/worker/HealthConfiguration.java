package dev.reins.worker;

import dev.reins.operations.PollerHealth;
import dev.reins.operations.Pollers;
import io.temporal.client.WorkflowClient;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a worker stands on, and whether Temporal sees it at work. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

    @Bean
    HealthIndicator databaseHealthIndicator(Surroundings surroundings) {
        return () -> health(surroundings.hasDatabase());
    }

    @Bean
    HealthIndicator temporalHealthIndicator(Surroundings surroundings) {
        return () -> health(surroundings.hasTemporal());
    }

    @Bean
    HealthIndicator pollingHealthIndicator(WorkflowClient client, EngineRoom engineRoom) {
        var options = client.getOptions();
        var polling = PollerHealth.of(
                new Pollers(client.getWorkflowServiceStubs(), options.getNamespace()), options.getIdentity());
        return () ->
                engineRoom.isAtWork() ? polling.health() : Health.outOfService().build();
    }

    private static Health health(boolean there) {
        return there ? Health.up().build() : Health.down().build();
    }
}
