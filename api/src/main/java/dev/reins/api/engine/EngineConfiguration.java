package dev.reins.api.engine;

import com.uber.m3.tally.Scope;
import dev.reins.api.ApiSettings;
import dev.reins.operations.PollerHealth;
import dev.reins.operations.Pollers;
import dev.reins.operations.Version;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The connection to Temporal: lazy, impatient, and quick to try again, so that an outage costs callers little. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final Duration CIRCUIT_OPEN = Duration.ofSeconds(3);

    @Bean(destroyMethod = "shutdownNow")
    WorkflowServiceStubs temporal(ApiSettings settings, Scope metrics) {
        return WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(settings.temporalAddress())
                .setMetricsScope(metrics)
                .setGrpcCompression(GrpcCompression.NONE) // a sixth of the processor time of a step, see ADR 24
                .setRpcTimeout(Engine.DEADLINE)
                .setRpcQueryTimeout(Engine.DEADLINE)
                .setSystemInfoTimeout(Duration.ofMillis(800))
                .setConnectionBackoffResetFrequency(RECONNECT)
                .setRpcRetryOptions(RpcRetryOptions.newBuilder()
                        .setInitialInterval(Duration.ofMillis(50))
                        .setMaximumAttempts(2)
                        .setExpiration(Engine.DEADLINE)
                        .validateBuildWithDefaults())
                .validateAndBuildWithDefaults());
    }

    @Bean(destroyMethod = "shutdownNow")
    OperatorServiceStubs operator(WorkflowServiceStubs temporal) {
        return OperatorServiceStubs.newServiceStubs(OperatorServiceStubsOptions.newBuilder()
                .setChannel(temporal.getRawChannel())
                .setRpcTimeout(Duration.ofSeconds(10))
                .validateAndBuildWithDefaults());
    }

    @Bean
    Engine engine(WorkflowServiceStubs temporal, ApiSettings settings, Version version) {
        var options = WorkflowClientOptions.newBuilder()
                .setNamespace(settings.temporalNamespace())
                .setIdentity(version.identity("reins-api"))
                .build();
        return new Engine(WorkflowClient.newInstance(temporal, options), new Circuit(CIRCUIT_OPEN));
    }

    @Bean
    Namespace namespace(WorkflowServiceStubs temporal, OperatorServiceStubs operator, ApiSettings settings) {
        return new Namespace(temporal, operator, settings.temporalNamespace());
    }

    @Bean
    PollerHealth workersHealthIndicator(WorkflowServiceStubs temporal, ApiSettings settings) {
        return PollerHealth.ofAnyone(new Pollers(temporal, settings.temporalNamespace()));
    }
}
