package dev.reins.operations;

import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.info.InfoEndpoint;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.info.GitProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** What every process of Reins shows to its operator; its settings are {@code reins-operations.yml}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OperationsSettings.class)
public class OperationsConfiguration {
    private static final com.uber.m3.util.Duration REPORT = com.uber.m3.util.Duration.ofSeconds(5);

    @Bean
    Version version(ObjectProvider<BuildProperties> build, ObjectProvider<GitProperties> git) {
        return Version.of(build.getIfAvailable(), git.getIfAvailable());
    }

    @Bean
    ManagementServer managementServer(
            OperationsSettings settings,
            HealthEndpoint health,
            InfoEndpoint info,
            PrometheusMeterRegistry metrics,
            JsonMapper json) {
        return new ManagementServer(settings, new ManagementPages(health, info, metrics, json));
    }

    @Bean
    IncidentReports incidentReports(OperationsSettings settings, Version version) {
        return new IncidentReports(settings, version);
    }

    @Bean
    RunMeters runMeters(MeterRegistry registry) {
        return new RunMeters(registry);
    }

    @Bean
    static MeterFilter fewValuesPerLabel() {
        return new FewValues("temporal_");
    }

    /** Where the SDK's own metrics go. */
    @Bean(destroyMethod = "close")
    Scope temporalMetrics(MeterRegistry registry) {
        return new RootScopeBuilder()
                .reporter(new MicrometerClientStatsReporter(registry))
                .reportEvery(REPORT);
    }
}
