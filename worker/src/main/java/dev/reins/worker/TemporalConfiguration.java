package dev.reins.worker;

import com.uber.m3.tally.Scope;
import dev.reins.operations.Version;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TemporalConfiguration {

    @Bean(destroyMethod = "shutdownNow")
    WorkflowServiceStubs temporal(WorkerSettings settings, Scope metrics) {
        return WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(settings.temporalAddress())
                .setMetricsScope(metrics)
                .setGrpcCompression(GrpcCompression.NONE) // a sixth of the processor time of a step, see ADR 24
                .setConnectionBackoffResetFrequency(Duration.ofSeconds(1))
                .build());
    }

    @Bean(destroyMethod = "shutdownNow")
    OperatorServiceStubs operator(WorkflowServiceStubs temporal) {
        return OperatorServiceStubs.newServiceStubs(OperatorServiceStubsOptions.newBuilder()
                .setChannel(temporal.getRawChannel())
                .validateAndBuildWithDefaults());
    }

    @Bean
    WorkflowClient client(WorkflowServiceStubs temporal, WorkerSettings settings, Version version) {
        return WorkflowClient.newInstance(
                temporal,
                WorkflowClientOptions.newBuilder()
                        .setNamespace(settings.temporalNamespace())
                        .setIdentity(version.identity("reins-worker"))
                        .build());
    }
}
